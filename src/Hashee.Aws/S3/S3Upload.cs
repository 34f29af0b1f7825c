namespace Hashee.Aws;

/// <summary>What is put into S3, and how.</summary>
internal sealed class S3Upload
{
    private readonly long? _length;

    /// <summary>The content, where it is in memory.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The content, where it is a file; read from its present position on.</summary>
    internal Stream? File { get; init; }

    /// <summary>The bytes of <see cref="File"/> that are read; by default all that are left of it, where it knows them.</summary>
    internal long Length
    {
        get => _length ?? (File is null ? 0 : File.CanSeek ? File.Length - File.Position
            : throw new InvalidOperationException("S3 wants to know beforehand how long an object is, and the stream does not say it."));
        init => _length = value;
    }

    internal string ContentType { get; init; } = "application/octet-stream";

    /// <summary>Only in place of the object with this ETag; null for any.</summary>
    internal string? IfMatch { get; init; }

    /// <summary>Only where there is no object yet.</summary>
    internal bool IsNew { get; init; }

    /// <summary>Metadata by names without <c>x-amz-meta-</c>: visible ASCII.</summary>
    internal IReadOnlyList<(string Name, string Value)> Metadata { get; init; } = [];
}
