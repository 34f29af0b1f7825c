using System.Text.Json;

namespace Hashee.Agents.Models;

/// <summary>Reads the chunks of a chat completion.</summary>
internal sealed class OpenAIStream(string model) : ModelStreamReader(model)
{
    /// <summary>Some servers that speak like OpenAI leave the last line out, and end when the model has ended.</summary>
    internal override bool MayEnd => IsComplete || FinishReason is not null;

    internal override void Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsComplete = true;
            return;
        }

        Utf8JsonReader reader = new(data);
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
            else if (reader.ValueTextEquals("usage"u8))
            {
                Usage = OpenAIModel.ReadUsage(ref reader) ?? Usage;
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                for (bool isListed = reader.TryEnterList(); isListed && reader.TryEnterNextObject();)
                {
                    ReadChoice(ref reader);
                }
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                if (!reader.ReadRaw(data).SequenceEqual("null"u8))
                {
                    (string? code, string? message) = HttpModel.ReadError(data);
                    throw ModelTrouble.InStream(Model, code, message, isOwn: false);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadChoice(ref Utf8JsonReader reader)
    {
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("finish_reason"u8))
            {
                FinishReason = OpenAIModel.FinishReasonOf(reader.ReadText()) ?? FinishReason;
            }
            else if (reader.ValueTextEquals("delta"u8) && reader.TryEnterObject())
            {
                ReadDelta(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("refusal"u8))
            {
                AddText(reader.ReadText());
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                for (bool isListed = reader.TryEnterList(); isListed && reader.TryEnterNextObject();)
                {
                    OpenAIToolCall call = OpenAIToolCall.Read(ref reader);
                    AddToCall(call.Index ?? 0, call.Id, call.Name, call.Arguments);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
