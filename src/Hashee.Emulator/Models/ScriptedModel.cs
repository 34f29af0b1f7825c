using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashee.Emulator.Http;
using Microsoft.Extensions.Primitives;

namespace Hashee.Emulator.Models;

/// <summary>
/// A model on loopback that speaks the protocols of OpenAI, Anthropic and Bedrock, and answers as it was told, one answer after the other; without a script
/// it repeats what it was asked. It refuses what the real ones refuse. Keys are fresh for each.
/// </summary>
internal sealed class ScriptedModel : IAsyncDisposable
{
    private const int LargestRequest = 32 * 1024 * 1024;

    private readonly ConcurrentQueue<ModelAnswer> _answers = new();
    private readonly OpenAIProtocol _openAI;
    private readonly AnthropicProtocol _anthropic;
    private readonly BedrockProtocol _bedrock;
    private LoopbackServer? _server;

    private ScriptedModel()
    {
        _openAI = new OpenAIProtocol(Key);
        _anthropic = new AnthropicProtocol(Key);
        _bedrock = new BedrockProtocol(Account, Key);
    }

    /// <summary>The key of all three providers; never printed.</summary>
    public string Key { get; } = $"sk-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    /// <summary>Whose signatures Bedrock takes: another account than the functions'.</summary>
    public AwsAccount Account { get; } = AwsAccount.CreateRandom("us-west-2");

    public Uri Origin => _server!.Origin;

    /// <summary>What was asked and taken, in order.</summary>
    public ObservedLog<ModelRequest> Requests { get; } = new();

    /// <summary>What was refused, and why, in order.</summary>
    public ObservedLog<string> Refusals { get; } = new();

    /// <summary>The answers that nobody has asked for yet.</summary>
    public int AnswersLeft => _answers.Count;

    public static async Task<ScriptedModel> StartAsync(params ModelAnswer[] answers)
    {
        ScriptedModel model = new();
        model.WillAnswer(answers);
        model._server = await LoopbackServer.StartAsync(model.HandleAsync);
        return model;
    }

    /// <summary>Adds to the script.</summary>
    public void WillAnswer(params ModelAnswer[] answers) => Array.ForEach(answers, _answers.Enqueue);

    /// <summary>Drops the answers that nobody has asked for yet.</summary>
    public void Forget() => _answers.Clear();

    /// <summary>The variables by which a function reaches this model.</summary>
    /// <param name="provider">openai, anthropic or bedrock.</param>
    public IReadOnlyDictionary<string, string?> VariablesFor(string provider)
    {
        string origin = Origin.GetLeftPart(UriPartial.Authority);
        Dictionary<string, string?> variables = new() { ["HASHEE_MODEL"] = $"{provider}:scripted" };
        switch (provider)
        {
            case "openai":
                variables["OPENAI_API_KEY"] = Key;
                variables["OPENAI_BASE_URL"] = $"{origin}/v1";
                break;
            case "anthropic":
                variables["ANTHROPIC_API_KEY"] = Key;
                variables["ANTHROPIC_BASE_URL"] = origin;
                break;
            case "bedrock":
                variables["BEDROCK_REGION"] = Account.Region;
                variables["BEDROCK_ACCESS_KEY_ID"] = Account.AccessKeyId;
                variables["BEDROCK_SECRET_ACCESS_KEY"] = Account.SecretAccessKey;
                variables["BEDROCK_SESSION_TOKEN"] = Account.SessionToken;
                variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = origin;
                break;
            default:
                throw new ArgumentException("There is no such provider.", nameof(provider));
        }

        return variables;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task HandleAsync(HttpContext context)
    {
        CancellationToken gone = context.RequestAborted;
        (byte[]? body, _) = await context.Request.ReadBodyAsync(LargestRequest, gone);
        ModelProtocol? protocol = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/v1/chat/completions") => _openAI,
            ("POST", "/v1/messages") => _anthropic,
            ("POST", { } path) when path.StartsWith("/model/", StringComparison.Ordinal) => _bedrock,
            _ => null,
        };
        if (protocol is null || body is null)
        {
            context.Response.StatusCode = protocol is null ? StatusCodes.Status404NotFound : StatusCodes.Status413PayloadTooLarge;
            return;
        }

        ModelRequest request;
        try
        {
            request = Read(context.Request, protocol, body);
        }
        catch (ModelRefusalException refusal)
        {
            Refusals.Add(refusal.Message);
            await WriteErrorAsync(context, protocol, ModelAnswer.Fails(refusal.Status, refusal.Code, message: refusal.Message));
            return;
        }

        ModelAnswer answer = _answers.TryDequeue(out ModelAnswer? scripted) ? scripted : ModelAnswer.Says($"You said: {LastText(request)}");
        Requests.Add(request);
        try
        {
            await AnswerAsync(context, protocol, request, answer);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
    }

    private static ModelRequest Read(HttpRequest request, ModelProtocol protocol, byte[] body)
    {
        if (request.ContentType is not { } type || !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelRefusalException(StatusCodes.Status415UnsupportedMediaType, "unsupported", "The content type must be application/json.");
        }

        JsonObject? json = null;
        try
        {
            json = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            // It is answered below.
        }

        (string model, bool isStreamed) = protocol.Check(
            request, body, json ?? throw new ModelRefusalException(StatusCodes.Status400BadRequest, "invalid_request_error", "The body is not a JSON object."));
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, StringValues value) in request.Headers)
        {
            headers[name] = value.ToString();
        }

        return new ModelRequest(protocol.Provider, model, isStreamed, headers, json);
    }

    private static async Task AnswerAsync(HttpContext context, ModelProtocol protocol, ModelRequest request, ModelAnswer answer)
    {
        CancellationToken gone = context.RequestAborted;
        if (answer.Status != StatusCodes.Status200OK)
        {
            await BeforeAsync(answer, 0, gone);
            await WriteErrorAsync(context, protocol, answer);
            return;
        }

        context.Response.ContentType = request.IsStreamed ? protocol.StreamType : "application/json";
        IEnumerable<byte[]> pieces = answer.Garbage is { } garbage ? [Encoding.UTF8.GetBytes(garbage)]
            : request.IsStreamed ? protocol.Stream(answer, request)
            : [Encoding.UTF8.GetBytes(protocol.Whole(answer, request.Model).ToJsonString())];
        int number = 0;
        int left = answer.CutAfter ?? int.MaxValue;
        await context.Response.StartAsync(gone);
        foreach (byte[] piece in pieces)
        {
            await BeforeAsync(answer, number++, gone);
            int count = Math.Min(left, piece.Length);
            left -= count;
            request.AnswerLength += count;
            await context.Response.Body.WriteAsync(piece.AsMemory(0, count), gone);
            await context.Response.Body.FlushAsync(gone);
            if (left == 0)
            {
                break;
            }
        }

        if (answer.CutAfter is not null)
        {
            context.Abort();
        }
    }

    private static Task BeforeAsync(ModelAnswer answer, int number, CancellationToken gone) => answer.Before?.Invoke(number, gone) ?? Task.CompletedTask;

    private static async Task WriteErrorAsync(HttpContext context, ModelProtocol protocol, ModelAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.RetryAfter = answer.RetryAfter;
        protocol.AddErrorHeaders(context.Response, answer.Status, answer.Code);
        await context.Response.WriteAsync(answer.Garbage ?? protocol.Error(answer.Status, answer.Code, answer.Message).ToJsonString());
    }

    /// <summary>The last text of the user, in whichever form the provider has it.</summary>
    private static string LastText(ModelRequest request)
    {
        JsonNode? content = request.Body["messages"]!.AsArray().LastOrDefault(static message => (string?)message!["role"] == "user")?["content"];
        return content is JsonArray parts
            ? string.Concat(parts.Select(static part => (string?)part!["text"]))
            : (string?)content ?? "";
    }
}
