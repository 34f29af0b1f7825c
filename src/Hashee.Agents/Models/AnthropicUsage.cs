using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Tokens as Anthropic counts them: what comes from its cache, or goes there, is counted apart. Later counts replace earlier ones.</summary>
internal struct AnthropicUsage
{
    private long? _input;
    private long? _written;
    private long? _cached;
    private long? _output;

    /// <summary>Reads the object that follows, if there is one.</summary>
    internal void Read(ref Utf8JsonReader reader)
    {
        for (bool isThere = reader.TryEnterObject(); isThere && reader.TryReadName();)
        {
            if (reader.ValueTextEquals("input_tokens"u8))
            {
                _input = reader.ReadNumber() ?? _input;
            }
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
            {
                _written = reader.ReadNumber() ?? _written;
            }
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
            {
                _cached = reader.ReadNumber() ?? _cached;
            }
            else if (reader.ValueTextEquals("output_tokens"u8))
            {
                _output = reader.ReadNumber() ?? _output;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    internal readonly UsageDetails? ToDetails()
    {
        long? input = _input + (_written ?? 0) + (_cached ?? 0);
        return _input is null && _output is null ? null : new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = _output,
            TotalTokenCount = input + _output,
            CachedInputTokenCount = _cached,
        };
    }
}
