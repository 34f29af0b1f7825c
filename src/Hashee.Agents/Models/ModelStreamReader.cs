using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Makes pieces of an answer of the events of a stream. A tool's call is one piece, once its arguments are whole.</summary>
/// <param name="model">Provider and model.</param>
internal abstract class ModelStreamReader(string model)
{
    private const int MostCalls = 1000;

    private readonly Queue<ChatResponseUpdate> _pieces = new();
    private readonly SortedDictionary<long, Call> _calls = [];

    /// <summary>Whether the stream said that it is at its end.</summary>
    internal bool IsComplete { get; private protected set; }

    /// <summary>Whether nothing that can follow changes the answer, so that an end of the stream is the answer's.</summary>
    internal virtual bool MayEnd => IsComplete;

    protected string Model => model;

    protected string? ResponseId { get; set; }

    protected string? ModelId { get; set; }

    protected ChatFinishReason? FinishReason { get; set; }

    protected UsageDetails? Usage { get; set; }

    /// <summary>Takes the next event.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="data">What it carries.</param>
    internal abstract void Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data);

    /// <summary>Says that there are no more events: what the answer is left with becomes its last piece.</summary>
    internal void End()
    {
        EndAllCalls();
        ChatResponseUpdate last = New();
        last.FinishReason = FinishReason;
        if (Usage is not null)
        {
            last.Contents.Add(new UsageContent(Usage));
        }

        _pieces.Enqueue(last);
    }

    /// <summary>The next piece that is there.</summary>
    internal ChatResponseUpdate? Take() => _pieces.TryDequeue(out ChatResponseUpdate? piece) ? piece : null;

    protected void AddText(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Add(new TextContent(text));
        }
    }

    protected void Add(AIContent content)
    {
        ChatResponseUpdate piece = New();
        piece.Contents.Add(content);
        _pieces.Enqueue(piece);
    }

    /// <summary>Takes a part of a call.</summary>
    /// <param name="index">Where in the answer the call stands.</param>
    /// <param name="id">Its id, with the first part.</param>
    /// <param name="name">The tool, with the first part.</param>
    /// <param name="arguments">More of its arguments' JSON.</param>
    protected void AddToCall(long index, string? id, string? name, string? arguments)
    {
        if (!_calls.TryGetValue(index, out Call? call))
        {
            if (_calls.Count == MostCalls)
            {
                throw ModelTrouble.Malformed(model, $"it calls more than {MostCalls} tools");
            }

            _calls.Add(index, call = new Call());
        }

        call.Id = string.IsNullOrEmpty(id) ? call.Id : id;
        call.Name = string.IsNullOrEmpty(name) ? call.Name : name;
        call.Arguments.Append(arguments.AsSpan());
    }

    /// <summary>Says that a call is whole.</summary>
    protected void EndCall(long index)
    {
        if (_calls.Remove(index, out Call? call))
        {
            Add(call.Id is not null && call.Name is not null
                ? ToolArguments.Read(call.Id, call.Name, call.Arguments.Written)
                : throw ModelTrouble.Malformed(model, "a tool's call has no id or no name"));
        }
    }

    protected void EndAllCalls()
    {
        foreach (long index in (long[])[.. _calls.Keys])
        {
            EndCall(index);
        }
    }

    private ChatResponseUpdate New() => new() { Role = ChatRole.Assistant, ResponseId = ResponseId, MessageId = ResponseId, ModelId = ModelId };

    private sealed class Call
    {
        internal string? Id { get; set; }

        internal string? Name { get; set; }

        internal ByteBuffer Arguments { get; } = new(256);
    }
}
