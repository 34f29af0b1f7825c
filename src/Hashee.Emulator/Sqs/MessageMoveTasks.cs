namespace Hashee.Emulator.Sqs;

/// <summary>Moves messages out of dead-letter queues, as StartMessageMoveTask does.</summary>
internal sealed class MessageMoveTasks(QueueDirectory directory) : IDisposable
{
    /// <summary>So many of a queue are remembered.</summary>
    private const int Remembered = 10;

    private readonly List<MessageMoveTask> _tasks = [];

    /// <summary>Starts to move what can be received now.</summary>
    /// <param name="sourceArn">A queue that is the dead-letter queue of another.</param>
    /// <param name="destinationArn">Null: each message goes to the queue that it came from.</param>
    /// <param name="messagesPerSecond">Null: all of them are moved before this returns.</param>
    /// <returns>The task's handle.</returns>
    /// <exception cref="SqsException">What SQS would refuse.</exception>
    public string Start(string sourceArn, string? destinationArn, int? messagesPerSecond)
    {
        lock (directory.Gate)
        {
            SqsQueue source = Find(sourceArn, "SourceArn");
            SqsQueue? destination = destinationArn is null ? null : Find(destinationArn, "DestinationArn");
            if (!directory.List("").Any(queue => queue.Settings.RedrivePolicy?.DeadLetterTargetArn == sourceArn))
            {
                throw SqsException.InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
            }

            if (destination is not null && (destination == source || destination.IsFifo != source.IsFifo))
            {
                throw SqsException.InvalidParameterValue("Destination queue must be another queue, and of the same type as the source queue.");
            }

            if (List(sourceArn).Any(static task => task.Status == MessageMoveTaskStatus.Running))
            {
                throw SqsException.InvalidParameterValue(
                    "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
            }

            MessageMoveTask task = new(source, destinationArn, messagesPerSecond, directory.Clock.GetUtcNow());
            _tasks.Insert(0, task);
            foreach (MessageMoveTask forgotten in List(sourceArn).Skip(Remembered))
            {
                _tasks.Remove(forgotten);
            }

            Run(task);
            return task.Handle;
        }
    }

    /// <summary>The latest tasks of a dead-letter queue, the newest first.</summary>
    /// <exception cref="SqsException">There is no such queue.</exception>
    public IReadOnlyList<MessageMoveTask> List(string sourceArn)
    {
        lock (directory.Gate)
        {
            Find(sourceArn, "SourceArn");
            return [.. _tasks.Where(task => task.Source.Arn == sourceArn)];
        }
    }

    /// <summary>Ends a task; what it has moved stays moved.</summary>
    /// <returns>How many messages that is.</returns>
    /// <exception cref="SqsException">The handle is none, or its task is not running.</exception>
    public int Cancel(string handle)
    {
        lock (directory.Gate)
        {
            string sourceArn = MessageMoveTask.SourceOf(handle) ?? throw SqsException.InvalidParameterValue("Value for parameter TaskHandle is invalid.");
            MessageMoveTask task = List(sourceArn).FirstOrDefault(task => task.Handle == handle)
                ?? throw SqsException.ResourceNotFound("Task does not exist.");
            if (task.Status != MessageMoveTaskStatus.Running)
            {
                throw SqsException.UnsupportedOperation("Only a running task can be cancelled.");
            }

            End(task, MessageMoveTaskStatus.Cancelled);
            return task.Moved;
        }
    }

    public void Dispose()
    {
        lock (directory.Gate)
        {
            foreach (MessageMoveTask task in _tasks)
            {
                task.Timer?.Dispose();
            }
        }
    }

    private SqsQueue Find(string arn, string parameter) => directory.FindByArn(arn)
        ?? throw SqsException.ResourceNotFound($"The resource that you specified for the {parameter} parameter doesn't exist.");

    private void Run(MessageMoveTask task)
    {
        if (task.MessagesPerSecond is not { } rate)
        {
            while (task.Status == MessageMoveTaskStatus.Running)
            {
                MoveOne(task);
            }

            return;
        }

        TimeSpan pause = TimeSpan.FromSeconds(1d / rate);
        task.Timer = directory.Clock.CreateTimer(
            _ =>
            {
                lock (directory.Gate)
                {
                    if (task.Status == MessageMoveTaskStatus.Running)
                    {
                        MoveOne(task);
                    }

                    if (task.Status == MessageMoveTaskStatus.Running)
                    {
                        task.Timer!.Change(pause, Timeout.InfiniteTimeSpan);
                    }
                }
            },
            null,
            pause,
            Timeout.InfiniteTimeSpan);
    }

    private void MoveOne(MessageMoveTask task)
    {
        if (task.Source.OldestAvailable() is not { } message)
        {
            End(task, MessageMoveTaskStatus.Completed);
        }
        else if ((task.DestinationArn ?? message.DeadLetterQueueSourceArn) is not { } destinationArn)
        {
            End(task, MessageMoveTaskStatus.Failed, "CouldNotDetermineMessageSource");
        }
        else if (directory.FindByArn(destinationArn) is not { } destination)
        {
            End(task, MessageMoveTaskStatus.Failed, SqsException.QueueDoesNotExist().Code);
        }
        else
        {
            task.Source.MoveTo(destination, message);
            if (++task.Moved == task.ToMove)
            {
                End(task, MessageMoveTaskStatus.Completed);
            }
        }
    }

    private static void End(MessageMoveTask task, MessageMoveTaskStatus status, string? failureReason = null)
    {
        task.Status = status;
        task.FailureReason = failureReason;
        task.Timer?.Dispose();
    }
}
