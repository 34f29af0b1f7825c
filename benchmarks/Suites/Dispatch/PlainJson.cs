using System.Text.Json;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>JSON read by Utf8JsonReader with nothing kept: the part of a baseline that no reader of the same bytes can save.</summary>
internal sealed class PlainJson
{
    private byte[] _text = [];

    /// <summary>Reads every token, and unescapes the strings that have escapes.</summary>
    /// <returns>The number of tokens.</returns>
    public int Read(ReadOnlySpan<byte> json)
    {
        int tokens = 0;
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            tokens++;
            if (reader.ValueIsEscaped)
            {
                if (_text.Length < reader.ValueSpan.Length)
                {
                    _text = new byte[reader.ValueSpan.Length];
                }

                reader.CopyString(_text);
            }
        }

        return tokens;
    }
}
