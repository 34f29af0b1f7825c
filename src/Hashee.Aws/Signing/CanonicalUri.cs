using Hashee.Host;

namespace Hashee.Aws;

/// <summary>
/// Path and query as Signature Version 4 signs them: everything but RFC 3986's unreserved characters percent-encoded, upper-case digits.
/// </summary>
internal static class CanonicalUri
{
    /// <summary>Writes the canonical path.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="path">The path as it is sent.</param>
    /// <param name="isS3">
    /// S3 signs the path as it is sent, percent-encoded once. Every other service wants <c>.</c>, <c>..</c> and empty segments
    /// resolved, and the percent signs of the path encoded once more.
    /// </param>
    internal static void AppendPath(ByteBuffer output, ReadOnlySpan<byte> path, bool isS3)
    {
        if (isS3)
        {
            AppendEncoded(output, path, '/', '%');
            return;
        }

        List<Range> segments = [];
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> segment = path[range];
            if (segment.SequenceEqual(".."u8))
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (!segment.IsEmpty && !segment.SequenceEqual("."u8))
            {
                segments.Add(range);
            }
        }

        foreach (Range segment in segments)
        {
            output.Append((byte)'/');
            AppendEncoded(output, path[segment]);
        }

        if (segments.Count == 0 || path.EndsWith("/"u8))
        {
            output.Append((byte)'/');
        }
    }

    /// <summary>Writes the canonical query, its parameters sorted by name and value.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="query">What follows the question mark; percent-encoding in it stays.</param>
    internal static void AppendQuery(ByteBuffer output, ReadOnlySpan<byte> query)
    {
        if (query.IsEmpty)
        {
            return;
        }

        // A zero byte stands between name and value, lower than every other: so names sort first, then values.
        ByteBuffer encoded = new(2 * query.Length);
        List<Range> sorted = [];
        foreach (Range range in query.Split((byte)'&'))
        {
            ReadOnlySpan<byte> parameter = query[range];
            int equals = parameter.IndexOf((byte)'=');
            int start = encoded.Length;
            AppendEncoded(encoded, equals < 0 ? parameter : parameter[..equals], '%');
            encoded.Append(0);
            AppendEncoded(encoded, equals < 0 ? default : parameter[(equals + 1)..], '%');
            Insert(sorted, start..encoded.Length, encoded.Written);
        }

        for (int i = 0; i < sorted.Count; i++)
        {
            ReadOnlySpan<byte> parameter = encoded.Written[sorted[i]];
            int end = parameter.IndexOf((byte)0);
            output.Append(i == 0 ? default : "&"u8);
            output.Append(parameter[..end]);
            output.Append((byte)'=');
            output.Append(parameter[(end + 1)..]);
        }
    }

    private static void Insert(List<Range> sorted, Range item, ReadOnlySpan<byte> text)
    {
        int position = sorted.Count;
        while (position > 0 && text[sorted[position - 1]].SequenceCompareTo(text[item]) > 0)
        {
            position--;
        }

        sorted.Insert(position, item);
    }

    /// <summary>Percent-encodes everything but unreserved characters and up to two more.</summary>
    internal static void AppendEncoded(ByteBuffer output, ReadOnlySpan<byte> bytes, char kept = '-', char keptToo = '-')
    {
        foreach (byte value in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' || value == kept || value == keptToo)
            {
                output.Append(value);
            }
            else
            {
                output.Append((byte)'%');
                output.Append("0123456789ABCDEF"u8[value >> 4]);
                output.Append("0123456789ABCDEF"u8[value & 15]);
            }
        }
    }
}
