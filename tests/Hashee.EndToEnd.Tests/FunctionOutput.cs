using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Hashee.EndToEnd.Tests;

/// <summary>All that the functions of all worlds let out, and all that none of it may contain.</summary>
internal static class FunctionOutput
{
    private static readonly ConcurrentQueue<string> Written = new();
    private static readonly ConcurrentDictionary<string, bool> Forbidden = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Part of every message's text and of every malformed value, so that a leak is recognized whatever is around it.</summary>
    public static string Marker { get; } = "confidential" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 12);

    /// <summary>The lines so far.</summary>
    public static IReadOnlyCollection<string> Lines => Written;

    /// <summary>The lines that contain something forbidden.</summary>
    public static IReadOnlyList<string> FindLeaks()
    {
        SearchValues<string> forbidden = NewSearch();
        return [.. Written.Where(line => line.AsSpan().ContainsAny(forbidden))];
    }

    /// <summary>Whether a line would be one of them.</summary>
    public static bool IsLeak(string line) => line.AsSpan().ContainsAny(NewSearch());

    public static void Add(string line) => Written.Enqueue(line);

    /// <summary>Forbids a text, also in base64, in hex and escaped for URLs.</summary>
    public static void Forbid(string text)
    {
        Forbidden[text] = true;
        Forbidden[Uri.EscapeDataString(text)] = true;
        ForbidEncodings(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Forbids a key that is given in base64: this, and its bytes in every usual form.</summary>
    public static void ForbidKey(string base64)
    {
        Forbid(base64);
        ForbidEncodings(Convert.FromBase64String(base64));
    }

    private static SearchValues<string> NewSearch()
    {
        Forbid(Marker);
        return SearchValues.Create([.. Forbidden.Keys], StringComparison.OrdinalIgnoreCase);
    }

    private static void ForbidEncodings(byte[] bytes)
    {
        string base64 = Convert.ToBase64String(bytes).TrimEnd('=');
        Forbidden[base64] = true;
        Forbidden[base64.Replace('+', '-').Replace('/', '_')] = true;
        Forbidden[Convert.ToHexString(bytes)] = true;
    }
}
