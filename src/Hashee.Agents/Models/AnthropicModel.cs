using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Transport;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Anthropic's Messages (API reference, <c>POST /v1/messages</c>, version 2023-06-01).</summary>
/// <param name="modelId">The model.</param>
/// <param name="apiKey">Sent as <c>x-api-key</c>.</param>
/// <param name="baseUrl">ANTHROPIC_BASE_URL.</param>
/// <param name="trust">Whose certificates are accepted; the roots of this machine when it is null.</param>
internal sealed class AnthropicModel(string modelId, string apiKey, HttpUrl baseUrl, Trust? trust = null)
    : HttpModel(Provider, modelId, baseUrl, "/v1/messages", trust)
{
    internal const string Provider = "anthropic";
    internal const string KeyVariable = "ANTHROPIC_API_KEY";
    internal const string UrlVariable = "ANTHROPIC_BASE_URL";

    protected override void AddHeaders(HttpCall call) => call.With("x-api-key", apiKey).With("anthropic-version", "2023-06-01");

    protected override void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed) =>
        new AnthropicRequest(json).Write(ModelOf(options), messages, options, isStreamed);

    protected override ModelStreamReader NewReader() => new AnthropicStream(Name);

    protected override ChatResponse ReadAnswer(ReadOnlySpan<byte> json)
    {
        ChatMessage message = new(ChatRole.Assistant, (string?)null);
        ChatResponse response = new();
        AnthropicUsage usage = default;
        bool hasContent = false;
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
            else if (reader.ValueTextEquals("stop_reason"u8))
            {
                response.FinishReason = FinishReasonOf(reader.ReadText());
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                usage.Read(ref reader);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                for (bool isListed = hasContent = reader.TryEnterList(); isListed && reader.TryEnterNextObject();)
                {
                    AnthropicBlock block = AnthropicBlock.Read(ref reader, json);
                    if (block.ToContent(Name) is { } content)
                    {
                        message.Contents.Add(content);
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        if (!hasContent)
        {
            throw ModelTrouble.Malformed(Name, "it has no content");
        }

        message.MessageId = response.ResponseId;
        response.Messages.Add(message);
        response.Usage = usage.ToDetails();
        return response;
    }

    internal static ChatFinishReason? FinishReasonOf(string? reason) => reason switch
    {
        null => null,
        "end_turn" or "stop_sequence" => ChatFinishReason.Stop,
        "max_tokens" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_use" => ChatFinishReason.ToolCalls,
        "refusal" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(reason),
    };
}
