using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>A block of an answer, or a piece of one, in Anthropic's form: what it is depends on its type, and what is not there is null.</summary>
internal struct AnthropicBlock
{
    internal string? Type { get; private set; }

    internal string? Text { get; private set; }

    internal string? Id { get; private set; }

    internal string? Name { get; private set; }

    /// <summary>A tool's arguments, whole.</summary>
    internal byte[]? Input { get; private set; }

    /// <summary>More of a tool's arguments.</summary>
    internal string? PartialJson { get; private set; }

    internal string? Thinking { get; private set; }

    internal string? Signature { get; private set; }

    /// <summary>Thoughts that only Anthropic can read.</summary>
    internal string? Data { get; private set; }

    /// <summary>Reads what is left of the object that the reader is in.</summary>
    internal static AnthropicBlock Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        AnthropicBlock block = default;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("type"u8))
            {
                block.Type = reader.ReadText();
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                block.Text = reader.ReadText();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                block.Id = reader.ReadText();
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                block.Name = reader.ReadText();
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                block.Input = reader.ReadRaw(json).ToArray();
            }
            else if (reader.ValueTextEquals("partial_json"u8))
            {
                block.PartialJson = reader.ReadText();
            }
            else if (reader.ValueTextEquals("thinking"u8))
            {
                block.Thinking = reader.ReadText();
            }
            else if (reader.ValueTextEquals("signature"u8))
            {
                block.Signature = reader.ReadText();
            }
            else if (reader.ValueTextEquals("data"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                block.Data = Encoding.UTF8.GetString(reader.ValueSpan);
            }
            else
            {
                reader.Skip();
            }
        }

        return block;
    }

    /// <summary>What a whole block says; null for one of a type that nobody knows yet, which is left out.</summary>
    internal readonly AIContent? ToContent(string model) => Type switch
    {
        "text" => string.IsNullOrEmpty(Text) ? null : new TextContent(Text),
        "tool_use" => Id is not null && Name is not null
            ? ToolArguments.Read(Id, Name, Input)
            : throw ModelTrouble.Malformed(model, "a tool's call has no id or no name"),
        "thinking" => new TextReasoningContent(Thinking) { ProtectedData = Signature },
        "redacted_thinking" => new TextReasoningContent(null) { ProtectedData = Data },
        _ => null,
    };
}
