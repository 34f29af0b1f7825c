using System.Text;
using System.Text.Json;
using Hashee.Aws;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Bedrock's Converse and ConverseStream (API reference).</summary>
/// <param name="modelId">The id of a model or an inference profile, or an ARN.</param>
/// <param name="client">Signs and sends.</param>
internal sealed class BedrockModel(string modelId, BedrockClient client) : RemoteModel(Provider, modelId)
{
    internal const string Provider = "bedrock";

    private readonly BedrockClient _client = client;

    internal override void Connect(TimeSpan limit) => _client.Connect(limit);

    public override void Dispose() => _client.Dispose();

    protected override void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed) =>
        new BedrockRequest(json).Write(messages, options);

    protected override ModelStreamReader NewReader() => new BedrockStream(Name);

    protected override async ValueTask<ChatResponse> AskAsync(string model, ReadOnlyMemory<byte> request, TimeLimit limit)
    {
        AwsReply reply = await _client.ConverseAsync(model, request, limit).ConfigureAwait(false);
        return reply.Outcome.IsAccepted ? ReadAnswer(reply.Body) : throw TroubleOf(reply, limit);
    }

    protected override ModelEvents Open(string model, ReadOnlyMemory<byte> request, TimeLimit limit) => new Events(this, model, request, limit);

    internal static ChatFinishReason? FinishReasonOf(string? reason) => reason switch
    {
        null => null,
        "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "guardrail_intervened" or "content_filtered" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(reason),
    };

    /// <summary>The usage of an answer; null when there is none.</summary>
    internal static UsageDetails? ReadUsage(ref Utf8JsonReader reader)
    {
        if (!reader.TryEnterObject())
        {
            return null;
        }

        long? input = null;
        long? output = null;
        long? cached = null;
        long written = 0;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("inputTokens"u8))
            {
                input = reader.ReadNumber();
            }
            else if (reader.ValueTextEquals("outputTokens"u8))
            {
                output = reader.ReadNumber();
            }
            else if (reader.ValueTextEquals("cacheReadInputTokens"u8))
            {
                cached = reader.ReadNumber();
            }
            else if (reader.ValueTextEquals("cacheWriteInputTokens"u8))
            {
                written = reader.ReadNumber() ?? 0;
            }
            else
            {
                reader.Skip();
            }
        }

        input += (cached ?? 0) + written;
        return new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output, CachedInputTokenCount = cached };
    }

    private ChatResponse ReadAnswer(ReadOnlySpan<byte> json)
    {
        ChatResponse response = new() { ModelId = ModelId };
        List<AIContent>? contents = null;
        Utf8JsonReader reader = new(json);
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("stopReason"u8))
            {
                response.FinishReason = FinishReasonOf(reader.ReadText());
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                response.Usage = ReadUsage(ref reader);
            }
            else if (reader.ValueTextEquals("output"u8))
            {
                for (bool isOutput = reader.TryEnterObject(); isOutput && reader.TryReadName();)
                {
                    if (reader.ValueTextEquals("message"u8) && reader.TryEnterObject())
                    {
                        contents = ReadMessage(ref reader, json) ?? contents;
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        response.Messages.Add(new ChatMessage(ChatRole.Assistant, contents ?? throw ModelTrouble.Malformed(Name, "it has no content")));
        return response;
    }

    private List<AIContent>? ReadMessage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        List<AIContent>? contents = null;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("content"u8) && reader.TryEnterList())
            {
                contents = [];
                while (reader.TryEnterNextObject())
                {
                    if (BedrockBlock.Read(ref reader, json).ToContent(Name) is { } content)
                    {
                        contents.Add(content);
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return contents;
    }

    private ModelTrouble TroubleOf(AwsReply reply, TimeLimit limit)
    {
        AwsOutcome outcome = reply.Outcome;
        if (outcome.HttpStatus is not (0 or 200))
        {
            // It limits its callers by 429, and some of its models by 400.
            int status = outcome.Code.Contains("Throttl", StringComparison.Ordinal) ? 429 : outcome.HttpStatus;
            return ModelTrouble.OfStatus(Name, status, outcome.Code, MessageOf(reply.Body), reply.Wait);
        }

        return limit.Deadline.HasPassed ? ModelTrouble.NoTime(Name) : ModelTrouble.Unreachable(Name, outcome.Reason);
    }

    private ModelTrouble TroubleOf(AwsEvent end, TimeLimit limit)
    {
        AwsOutcome outcome = end.Outcome;
        bool isOwn = outcome.Code is "validationException" or "resourceNotFoundException";
        return outcome.Code.Length > 0
            ? ModelTrouble.InStream(Name, outcome.Code, MessageOf(end.Payload.Span), isOwn)
            : TroubleOf(new AwsReply(outcome, []), limit);
    }

    private static string MessageOf(ReadOnlySpan<byte> json)
    {
        ByteBuffer message = new(256);
        return AwsError.TryReadMember(json, "message"u8, message) ? Encoding.UTF8.GetString(message.Written) : "";
    }

    private sealed class Events(BedrockModel owner, string model, ReadOnlyMemory<byte> request, TimeLimit limit) : ModelEvents
    {
        private AwsEventStream? _stream;
        private AwsEvent _event;
        private byte[] _type = [];

        internal override ReadOnlySpan<byte> Type => _type;

        internal override ReadOnlySpan<byte> Data => _event.Payload.Span;

        internal override async ValueTask<bool> ReadAsync()
        {
            _stream ??= await owner._client.ConverseStreamAsync(model, request, limit).ConfigureAwait(false);
            if (!_stream.Reply.Outcome.IsAccepted)
            {
                throw owner.TroubleOf(_stream.Reply, limit);
            }

            _event = await _stream.ReadAsync().ConfigureAwait(false);
            _type = Encoding.UTF8.GetBytes(_event.Type);
            return _event.IsEvent || (_event.Outcome.IsAccepted ? false : throw owner.TroubleOf(_event, limit));
        }

        public override void Dispose() => _stream?.Dispose();
    }
}
