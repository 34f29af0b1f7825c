using System.Collections.Concurrent;
using Hashee.Host;

namespace Hashee.Lambda.Tests.Batches;

/// <summary>A door that does what a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedDoor(Func<SqsMessage, TimeLimit, Task<RecordResult>> process) : IQueueDoor
{
    private readonly ConcurrentQueue<string> _started = new();
    private readonly ConcurrentQueue<(string Body, Failure Failure)> _givenUp = new();

    public ScriptedDoor(Func<SqsMessage, RecordResult> process)
        : this((message, _) => Task.FromResult(process(message)))
    {
    }

    /// <summary>The bodies of the messages that were started, in order.</summary>
    public IReadOnlyList<string> Started => [.. _started];

    /// <summary>What was given up, in order.</summary>
    public IReadOnlyList<(string Body, Failure Failure)> GivenUp => [.. _givenUp];

    /// <summary>Called for a message that was given up.</summary>
    public Func<TimeLimit, Task> OnGivenUp { get; init; } = static _ => Task.CompletedTask;

    public string Name => "the handler scripted, which takes what a test says";

    /// <summary>Which bodies have this door's form; by default all.</summary>
    public Func<string, bool> Form { get; init; } = static _ => true;

    public bool Takes(string body) => Form(body);

    public Task<RecordResult> ProcessAsync(SqsMessage message, TimeLimit limit)
    {
        _started.Enqueue(message.Body);
        return process(message, limit);
    }

    public Task GaveUpAsync(SqsMessage message, Failure failure, TimeLimit limit)
    {
        _givenUp.Enqueue((message.Body, failure));
        return OnGivenUp(limit);
    }
}
