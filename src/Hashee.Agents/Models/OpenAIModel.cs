using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Transport;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>OpenAI's chat completions (API reference, <c>POST /chat/completions</c>), which many other servers speak as well.</summary>
/// <param name="modelId">The model.</param>
/// <param name="apiKey">Sent as bearer token.</param>
/// <param name="baseUrl">OPENAI_BASE_URL.</param>
/// <param name="trust">Whose certificates are accepted; the roots of this machine when it is null.</param>
internal sealed class OpenAIModel(string modelId, string apiKey, HttpUrl baseUrl, Trust? trust = null)
    : HttpModel(Provider, modelId, baseUrl, "/chat/completions", trust)
{
    internal const string Provider = "openai";
    internal const string KeyVariable = "OPENAI_API_KEY";
    internal const string UrlVariable = "OPENAI_BASE_URL";


    protected override void AddHeaders(HttpCall call) => call.With("Authorization", $"Bearer {apiKey}");

    protected override void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed) =>
        new OpenAIRequest(json).Write(ModelOf(options), messages, options, isStreamed);

    protected override ModelStreamReader NewReader() => new OpenAIStream(Name);

    protected override ChatResponse ReadAnswer(ReadOnlySpan<byte> json)
    {
        ChatMessage? message = null;
        ChatResponse response = new();
        Utf8JsonReader reader = new(json);
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                response.ResponseId = reader.ReadText();
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                response.ModelId = reader.ReadText();
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                response.Usage = ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                for (bool isListed = reader.TryEnterList(); isListed && reader.TryEnterNextObject();)
                {
                    // More than one is never asked for.
                    message = ReadChoice(ref reader, response, message);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        if (message is null)
        {
            throw ModelTrouble.Malformed(Name, "it has no message");
        }

        message.MessageId = response.ResponseId;
        response.Messages.Add(message);
        return response;
    }

    /// <summary>The usage of an answer; null when there is none.</summary>
    internal static UsageDetails? ReadUsage(ref Utf8JsonReader reader)
    {
        if (!reader.TryEnterObject())
        {
            return null;
        }

        UsageDetails usage = new();
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                usage.InputTokenCount = reader.ReadNumber();
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                usage.OutputTokenCount = reader.ReadNumber();
            }
            else if (reader.ValueTextEquals("total_tokens"u8))
            {
                usage.TotalTokenCount = reader.ReadNumber();
            }
            else
            {
                reader.Skip();
            }
        }

        return usage;
    }

    internal static ChatFinishReason? FinishReasonOf(string? reason) => reason switch
    {
        null => null,
        "stop" => ChatFinishReason.Stop,
        "length" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(reason),
    };

    private ChatMessage? ReadChoice(ref Utf8JsonReader reader, ChatResponse response, ChatMessage? earlier)
    {
        ChatMessage? message = null;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("finish_reason"u8))
            {
                ChatFinishReason? reason = FinishReasonOf(reader.ReadText());
                response.FinishReason = earlier is null ? reason : response.FinishReason;
            }
            else if (reader.ValueTextEquals("message"u8) && reader.TryEnterObject())
            {
                message = ReadMessage(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return earlier ?? message;
    }

    private ChatMessage ReadMessage(ref Utf8JsonReader reader)
    {
        string? text = null;
        string? refusal = null;
        List<AIContent> calls = [];
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("content"u8))
            {
                text = reader.ReadText();
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                refusal = reader.ReadText();
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                for (bool isListed = reader.TryEnterList(); isListed && reader.TryEnterNextObject();)
                {
                    OpenAIToolCall call = OpenAIToolCall.Read(ref reader);
                    calls.Add(call.Id is not null && call.Name is not null
                        ? ToolArguments.Read(call.Id, call.Name, Encoding.UTF8.GetBytes(call.Arguments ?? ""))
                        : throw ModelTrouble.Malformed(Name, "a tool's call has no id or no name"));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        // Why it does not answer is its answer.
        text = string.IsNullOrEmpty(text) ? refusal : text;
        return new ChatMessage(ChatRole.Assistant, string.IsNullOrEmpty(text) ? calls : [new TextContent(text), .. calls]);
    }
}
