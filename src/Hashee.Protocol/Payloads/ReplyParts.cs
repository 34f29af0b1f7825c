namespace Hashee.Protocol;

/// <summary>Cuts a reply that is longer than one message may be.</summary>
public static class ReplyParts
{
    /// <summary>The largest length of one message's text, in UTF-16 code units.</summary>
    public const int MaxLength = 100_000;

    /// <summary>Cuts a text into parts of at most <see cref="MaxLength"/>: each ends after the last paragraph, line or word break in its
    /// second half, in this order of preference, else at the limit, and never inside a surrogate pair. Joined, the parts are the
    /// text.</summary>
    /// <returns>The parts in order; the text itself when it is short enough.</returns>
    public static IReadOnlyList<string> Split(string text)
    {
        if (text.Length <= MaxLength)
        {
            return [text];
        }

        List<string> parts = [];
        int start = 0;
        while (text.Length - start > MaxLength)
        {
            int length = FindCut(text.AsSpan(start, MaxLength), next: text[start + MaxLength]);
            parts.Add(text.Substring(start, length));
            start += length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static int FindCut(ReadOnlySpan<char> window, char next)
    {
        ReadOnlySpan<char> secondHalf = window[(window.Length / 2)..];
        int end = Math.Max(EndOfLast(secondHalf, "\n\n"), EndOfLast(secondHalf, "\n\r\n"));
        if (end < 0)
        {
            end = EndOfLast(secondHalf, "\n");
        }

        if (end < 0)
        {
            end = EndOfLastWhiteSpace(secondHalf);
        }

        if (end >= 0)
        {
            return window.Length / 2 + end;
        }

        return char.IsSurrogatePair(window[^1], next) ? window.Length - 1 : window.Length;
    }

    private static int EndOfLast(ReadOnlySpan<char> text, ReadOnlySpan<char> lineBreak)
    {
        int index = text.LastIndexOf(lineBreak);
        return index < 0 ? -1 : index + lineBreak.Length;
    }

    private static int EndOfLastWhiteSpace(ReadOnlySpan<char> text)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i + 1;
            }
        }

        return -1;
    }
}
