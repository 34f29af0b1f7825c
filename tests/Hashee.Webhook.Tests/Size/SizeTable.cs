using System.Globalization;

namespace Hashee.Webhook.Tests.Size;

/// <summary>Bytes by namespace as text, one line each, the largest first: what is committed to compare a later binary with.</summary>
internal static class SizeTable
{
    public static string Write(IReadOnlyDictionary<string, int> sizes) => string.Concat(sizes
        .OrderByDescending(static row => row.Value).ThenBy(static row => row.Key, StringComparer.Ordinal)
        .Select(static row => FormattableString.Invariant($"{row.Value,8} {row.Key}\n")));

    /// <exception cref="FormatException">A line is not a number, a space and a name.</exception>
    public static Dictionary<string, int> Read(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static line => line.Split(' ', 2))
        .ToDictionary(static parts => parts[1], static parts => int.Parse(parts[0], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>What is larger now or new, the largest growth first: <c>+1234 System.Net (0 → 1234)</c>.</summary>
    public static IEnumerable<string> Growth(Dictionary<string, int> before, IReadOnlyDictionary<string, int> now) => now
        .Select(row => (Name: row.Key, Before: before.GetValueOrDefault(row.Key), Now: row.Value))
        .Where(static row => row.Now > row.Before)
        .OrderByDescending(static row => row.Now - row.Before).ThenBy(static row => row.Name, StringComparer.Ordinal)
        .Select(static row => FormattableString.Invariant($"+{row.Now - row.Before} {row.Name} ({row.Before} → {row.Now})"));
}
