using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Reads the events of a message; those of a type that nobody knows yet are passed over.</summary>
internal sealed class AnthropicStream(string model) : ModelStreamReader(model)
{
    private AnthropicUsage _usage;

    internal override void Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("error"u8))
        {
            (string? code, string? message) = HttpModel.ReadError(data);
            throw ModelTrouble.InStream(Model, code, message, isOwn: code is "invalid_request_error" or "not_found_error");
        }

        if (type.SequenceEqual("message_stop"u8))
        {
            Usage = _usage.ToDetails();
            IsComplete = true;
        }
        else if (type.StartsWith("message_"u8) || type.StartsWith("content_block_"u8))
        {
            ReadEvent(type, data);
        }
    }

    private void ReadEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        long index = 0;
        AnthropicBlock block = default;
        Utf8JsonReader reader = new(data);
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                index = reader.ReadNumber() ?? 0;
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                _usage.Read(ref reader);
            }
            else if (reader.ValueTextEquals("message"u8) || (reader.ValueTextEquals("delta"u8) && type.StartsWith("message_"u8)))
            {
                ReadMessage(ref reader);
            }
            else if ((reader.ValueTextEquals("content_block"u8) || reader.ValueTextEquals("delta"u8)) && reader.TryEnterObject())
            {
                block = AnthropicBlock.Read(ref reader, data);
            }
            else
            {
                reader.Skip();
            }
        }

        if (type.SequenceEqual("content_block_stop"u8))
        {
            EndCall(index);
        }
        else if (block.Type == "tool_use" || block.PartialJson is not null)
        {
            AddToCall(index, block.Id, block.Name, block.PartialJson);
        }
        else if (block.Type is "text" or "text_delta")
        {
            AddText(block.Text);
        }
        else if (block.Thinking?.Length > 0 || block.Signature?.Length > 0 || block.Type == "redacted_thinking")
        {
            Add(new TextReasoningContent(block.Thinking) { ProtectedData = block.Signature ?? block.Data });
        }
    }

    /// <summary>Reads the message as it begins, or what has become of it.</summary>
    private void ReadMessage(ref Utf8JsonReader reader)
    {
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                ResponseId = reader.ReadText() ?? ResponseId;
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                ModelId = reader.ReadText() ?? ModelId;
            }
            else if (reader.ValueTextEquals("stop_reason"u8))
            {
                FinishReason = AnthropicModel.FinishReasonOf(reader.ReadText()) ?? FinishReason;
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                _usage.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
