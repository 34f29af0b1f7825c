using System.Text;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>One answer of a model, put together of its pieces.</summary>
internal sealed class CollectedAnswer
{
    private readonly List<AIContent> _contents = [];
    private readonly StringBuilder _text = new();

    /// <summary>Whether it says something.</summary>
    public bool HasText { get; private set; }

    /// <summary>The tools that it wants.</summary>
    public List<FunctionCallContent> Calls { get; } = [];

    /// <summary>Why it ended.</summary>
    public ChatFinishReason? Finish { get; private set; }

    /// <summary>Whether it ended because it was too long.</summary>
    public bool IsCut => Finish == ChatFinishReason.Length;

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <returns>What the piece says.</returns>
    public string? Add(ChatResponseUpdate update)
    {
        string? said = null;
        Finish = update.FinishReason ?? Finish;
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case TextContent { Text: var text }:
                    _text.Append(text);
                    said += text;
                    HasText |= !string.IsNullOrWhiteSpace(text);
                    break;
                case UsageContent { Details: var usage }:
                    InputTokens += usage.InputTokenCount ?? 0;
                    OutputTokens += usage.OutputTokenCount ?? 0;
                    break;
                case FunctionCallContent call:
                    EndText();
                    Calls.Add(call);
                    _contents.Add(call);
                    break;
                default:
                    // What a model has thought, above all: some want to see it again.
                    EndText();
                    _contents.Add(content);
                    break;
            }
        }

        return said;
    }

    /// <param name="withCalls">Whether its calls belong to it: one without a result does not.</param>
    public ChatMessage ToMessage(bool withCalls)
    {
        EndText();
        return new ChatMessage(ChatRole.Assistant, [.. _contents.Where(content => withCalls || content is not FunctionCallContent)]);
    }

    private void EndText()
    {
        if (_text.Length > 0)
        {
            _contents.Add(new TextContent(_text.ToString()));
            _text.Clear();
        }
    }
}
