namespace Hashee.Benchmarks.ColdStart.Services;

/// <summary>A request as it came.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">In their order, names as sent.</param>
/// <param name="Body">Without the framing of chunks.</param>
/// <param name="CompletedAt">Stopwatch time stamp: its last byte had been read, nothing of it had been looked at.</param>
internal sealed record HttpExchange(
    string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, long CompletedAt)
{
    /// <summary>Reads a request's head.</summary>
    /// <exception cref="InvalidDataException">The first line is not one of HTTP/1.1.</exception>
    public static HttpExchange Parse(string head, byte[] body, long completedAt)
    {
        string[] lines = head.Split("\r\n");
        string[] first = lines[0].Split(' ');
        if (first is not [string method, string target, "HTTP/1.1"])
        {
            throw new InvalidDataException($"not a request of HTTP/1.1: {lines[0]}");
        }

        List<KeyValuePair<string, string>> headers = [];
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.Add(new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim()));
            }
        }

        return new HttpExchange(method, target, headers, body, completedAt);
    }

    /// <summary>The first header of that name, in any letter case; null without one.</summary>
    public string? Header(string name)
    {
        foreach ((string key, string value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
