using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Reads the events of ConverseStream; those of a type that nobody knows yet are passed over.</summary>
internal sealed class BedrockStream(string model) : ModelStreamReader(model)
{
    private bool _isStopped;

    /// <summary>What it cost follows behind the message's end, and then the stream ends.</summary>
    internal override bool MayEnd => _isStopped;

    internal override void Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        long index = 0;
        BedrockBlock block = default;
        Utf8JsonReader reader = new(data);
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("contentBlockIndex"u8))
            {
                index = reader.ReadNumber() ?? 0;
            }
            else if ((reader.ValueTextEquals("start"u8) || reader.ValueTextEquals("delta"u8)) && reader.TryEnterObject())
            {
                block = BedrockBlock.Read(ref reader, data);
            }
            else if (reader.ValueTextEquals("stopReason"u8))
            {
                FinishReason = BedrockModel.FinishReasonOf(reader.ReadText());
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                Usage = BedrockModel.ReadUsage(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        _isStopped |= type.SequenceEqual("messageStop"u8);
        if (type.SequenceEqual("contentBlockStop"u8))
        {
            EndCall(index);
        }
        else if (block.IsCall)
        {
            AddToCall(index, block.CallId, block.Name, block.PartialInput);
        }
        else if (block.Reasoning?.Length > 0 || block.Signature?.Length > 0)
        {
            Add(new TextReasoningContent(block.Reasoning) { ProtectedData = block.Signature });
        }
        else
        {
            AddText(block.Text);
        }
    }
}
