using System.Text;
using System.Text.Json;
using Hashee.Benchmarks.ColdStart.Services;
using Hashee.Emulator.Platform;

namespace Hashee.Benchmarks.ColdStart.Workloads;

/// <summary>Messages for a model of OpenAI's API; each has to lead to one request, with a tool on offer, and to what the model answers.</summary>
internal sealed class ModelWorkload : Workload
{
    /// <summary>Where the model is asked.</summary>
    public const string Path = "/v1/chat/completions";

    private const string Said = "It is noon.";
    private const string ApiKey = "sk-0123456789";

    /// <summary>What the model answers to everything.</summary>
    public static ReadOnlySpan<byte> Answer =>
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"message":
        {"role":"assistant","content":"It is noon.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
        "usage":{"prompt_tokens":57,"completion_tokens":5,"total_tokens":62},"service_tier":"default","system_fingerprint":null}
        """u8;

    /// <summary>The same, for those who ask for a stream.</summary>
    public static ReadOnlySpan<byte> Stream =>
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"It is noon."}}]}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":57,"completion_tokens":5,"total_tokens":62}}

        data: [DONE]


        """u8;

    public override IReadOnlyDictionary<string, string> Environment(Uri cloud) => new Dictionary<string, string>
    {
        ["HASHEE_MODEL"] = "openai:gpt-5-mini",
        ["OPENAI_API_KEY"] = ApiKey,
        ["OPENAI_BASE_URL"] = new Uri(cloud, "/v1").AbsoluteUri,
    };

    public override Call CreateCall()
    {
        string key = FreshValue.Ulid(DateTimeOffset.UtcNow);
        return new Call(Guid.NewGuid().ToString(), Encoding.UTF8.GetBytes($$"""{"message":"What time is it? {{key}}"}"""), key);
    }

    public override string? Check(Call call, HttpExchange? message, byte[] response)
    {
        using JsonDocument answer = JsonDocument.Parse(response);
        if (answer.RootElement.GetProperty("message").GetString() != Said)
        {
            return $"it answered {Encoding.UTF8.GetString(response)}";
        }

        if (message is null)
        {
            return "it answered without asking the model";
        }

        using JsonDocument request = JsonDocument.Parse(message.Body);
        JsonElement asked = request.RootElement.GetProperty("messages").EnumerateArray().Last();
        return message.Target == Path
            && message.Header("Authorization") == $"Bearer {ApiKey}"
            && asked.GetProperty("role").GetString() == "user"
            && asked.GetProperty("content").ToString().Contains(call.Key!, StringComparison.Ordinal)
            && request.RootElement.GetProperty("tools").GetArrayLength() == 1
                ? null
                : "its request is not the message's";
    }
}
