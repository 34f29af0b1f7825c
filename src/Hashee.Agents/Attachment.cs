using Hashee.Host;

namespace Hashee.Agents;

/// <summary>An image, a recording or a file that belongs to a message or a reply.</summary>
public sealed class Attachment
{
    private readonly Func<int, CancellationToken, Task<ReadOnlyMemory<byte>>> _read;

    /// <summary>One to send.</summary>
    /// <param name="name">The name that the user sees.</param>
    /// <param name="mediaType">Such as <c>image/png</c>.</param>
    /// <param name="content">Its bytes.</param>
    public Attachment(string name, string mediaType, ReadOnlyMemory<byte> content)
        : this(name, mediaType, content.Length, (_, _) => Task.FromResult(content))
    {
    }

    internal Attachment(string? name, string mediaType, long? size, Func<int, CancellationToken, Task<ReadOnlyMemory<byte>>> read)
    {
        Name = name;
        MediaType = mediaType;
        Size = size;
        _read = read;
    }

    /// <summary>Its name as the sender gives it, not to be trusted as a path; null when it has none.</summary>
    public string? Name { get; }

    /// <summary>What it is, as far as the sender says: <c>image/png</c>, or only <c>image/*</c>.</summary>
    public string MediaType { get; }

    /// <summary>Its size in bytes, where the sender says it.</summary>
    public long? Size { get; }

    /// <summary>Reads all of it.</summary>
    /// <param name="maximumBytes">The most that is wanted.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ConversationException">
    /// It is larger, or cannot be read: so it is always behind Hashee's door, whose protocol has no documented way to fetch one.
    /// </exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int maximumBytes, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content = Size > maximumBytes ? default : await _read(maximumBytes, cancellationToken);
        return Size > maximumBytes || content.Length > maximumBytes
            ? throw new ConversationException(new Failure(
                FailureKind.Own, "attachment_too_large", $"an attachment has more than the {maximumBytes} bytes that the agent wants"))
            : content;
    }

    /// <summary>What it is, never what is in it.</summary>
    public override string ToString() => $"attachment of type {MediaType}";
}
