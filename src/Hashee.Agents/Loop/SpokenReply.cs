namespace Hashee.Agents;

/// <summary>
/// The reply while a model says it. A piece goes out before the next one is waited for, and pieces that are there together go out together; what is
/// there at the end is the text that the agent returns. What a model says before it calls a tool stands in the reply as well, a paragraph of its own.
/// </summary>
internal sealed class SpokenReply(Conversation conversation)
{
    private string? _held;
    private bool _isNewParagraph;

    /// <summary>Whether anything was said.</summary>
    public bool HasText { get; private set; }

    /// <summary>The model is asked anew.</summary>
    public void BeginParagraph() => _isNewParagraph = HasText;

    public void Say(string piece)
    {
        if (piece.Length > 0)
        {
            _held += _isNewParagraph ? $"\n\n{piece}" : piece;
            _isNewParagraph = false;
            HasText |= !string.IsNullOrWhiteSpace(piece);
        }
    }

    /// <summary>Passes on what is held.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_held is { } piece)
        {
            _held = null;
            await conversation.WriteAsync(piece, cancellationToken);
        }
    }

    /// <summary>What was not passed on.</summary>
    public string? Rest() => _held;
}
