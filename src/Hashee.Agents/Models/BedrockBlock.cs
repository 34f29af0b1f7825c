using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>A block of an answer, how it starts, or a piece of it, in Bedrock's form: what is not there is null.</summary>
internal struct BedrockBlock
{
    internal string? Text { get; private set; }

    /// <summary>Whether it is a tool's call.</summary>
    internal bool IsCall { get; private set; }

    internal string? CallId { get; private set; }

    internal string? Name { get; private set; }

    /// <summary>A tool's arguments, whole: any JSON. In a stream a text with more of them.</summary>
    internal byte[]? Input { get; private set; }

    internal bool IsReasoning { get; private set; }

    internal string? Reasoning { get; private set; }

    internal string? Signature { get; private set; }

    /// <summary>More of a tool's arguments.</summary>
    internal readonly string? PartialInput
    {
        get
        {
            Utf8JsonReader reader = new(Input);
            return Input is null ? null : reader.ReadText();
        }
    }

    /// <summary>Reads what is left of the object that the reader is in.</summary>
    internal static BedrockBlock Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        BedrockBlock block = default;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("text"u8))
            {
                block.Text = reader.ReadText();
            }
            else if (reader.ValueTextEquals("toolUse"u8) && reader.TryEnterObject())
            {
                block.ReadCall(ref reader, json);
            }
            else if (reader.ValueTextEquals("reasoningContent"u8) && reader.TryEnterObject())
            {
                block.ReadReasoning(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return block;
    }

    /// <summary>What a whole block says; null for one of a type that nobody knows yet, which is left out.</summary>
    internal readonly AIContent? ToContent(string model) =>
        IsCall ? CallId is not null && Name is not null
            ? ToolArguments.Read(CallId, Name, Input)
            : throw ModelTrouble.Malformed(model, "a tool's call has no id or no name")
        : IsReasoning ? new TextReasoningContent(Reasoning) { ProtectedData = Signature }
        : string.IsNullOrEmpty(Text) ? null
        : new TextContent(Text);

    private void ReadCall(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        IsCall = true;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("toolUseId"u8))
            {
                CallId = reader.ReadText();
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                Name = reader.ReadText();
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                Input = reader.ReadRaw(json).ToArray();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>A whole block has the text one level deeper than a piece has.</summary>
    private void ReadReasoning(ref Utf8JsonReader reader)
    {
        IsReasoning = true;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("text"u8))
            {
                Reasoning = reader.ReadText();
            }
            else if (reader.ValueTextEquals("signature"u8))
            {
                Signature = reader.ReadText();
            }
            else if (reader.ValueTextEquals("redactedContent"u8))
            {
                Signature = reader.ReadText();
            }
            else if (reader.ValueTextEquals("reasoningText"u8) && reader.TryEnterObject())
            {
                ReadReasoning(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
