using System.Text.Json;

namespace Hashee.Agents.Models;

/// <summary>A call, or a piece of one, in OpenAI's form.</summary>
/// <param name="Index">Which call of the answer a piece belongs to; null for the first.</param>
/// <param name="Id">Its id; null in later pieces.</param>
/// <param name="Name">The tool; null in later pieces.</param>
/// <param name="Arguments">The arguments' JSON as a text, or more of it.</param>
internal readonly record struct OpenAIToolCall(long? Index, string? Id, string? Name, string? Arguments)
{
    /// <summary>Reads what is left of the object that the reader is in.</summary>
    internal static OpenAIToolCall Read(ref Utf8JsonReader reader)
    {
        OpenAIToolCall call = default;
        while (reader.TryReadName())
        {
            if (reader.ValueTextEquals("index"u8))
            {
                call = call with { Index = reader.ReadNumber() };
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                call = call with { Id = reader.ReadText() };
            }
            else if (reader.ValueTextEquals("function"u8) && reader.TryEnterObject())
            {
                while (reader.TryReadName())
                {
                    if (reader.ValueTextEquals("name"u8))
                    {
                        call = call with { Name = reader.ReadText() };
                    }
                    else if (reader.ValueTextEquals("arguments"u8))
                    {
                        call = call with { Arguments = reader.ReadText() };
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

        return call;
    }
}
