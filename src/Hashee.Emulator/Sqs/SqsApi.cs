using System.Buffers;
using System.Text.Json;

namespace Hashee.Emulator.Sqs;

/// <summary>The operations of SQS in the AWS JSON 1.0 protocol: a request's members in, the answer's members out.</summary>
internal sealed class SqsApi(QueueDirectory directory, MessageMoveTasks moveTasks)
{
    private const string TargetPrefix = "AmazonSQS.";
    private const int LargestBatch = 10;
    private const int LargestBatchBytes = 1_048_576;
    private const int LongestVisibilityTimeout = 43_200;

    private static readonly SearchValues<char> EntryIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Runs one operation.</summary>
    /// <param name="target">The header X-Amz-Target.</param>
    /// <param name="request">The request's members.</param>
    /// <param name="origin">Scheme and authority that queue URLs in the answer get.</param>
    /// <param name="answer">Receives the members of the answer; the object around them is the caller's.</param>
    /// <param name="cancellationToken">Ends a long poll.</param>
    /// <exception cref="SqsException">What SQS refuses.</exception>
    public async Task ExecuteAsync(
        string? target, SqsRequest request, string origin, Utf8JsonWriter answer, CancellationToken cancellationToken)
    {
        string? operation = target?.StartsWith(TargetPrefix, StringComparison.Ordinal) == true ? target[TargetPrefix.Length..] : null;
        switch (operation)
        {
            case "CreateQueue":
                CreateQueue(request, origin, answer);
                break;
            case "GetQueueUrl":
                GetQueueUrl(request, origin, answer);
                break;
            case "ListQueues":
                ListQueues(request, origin, answer);
                break;
            case "GetQueueAttributes":
                GetQueueAttributes(request, answer);
                break;
            case "SetQueueAttributes":
                SetQueueAttributes(request);
                break;
            case "PurgeQueue":
                QueueOf(request).Purge();
                break;
            case "DeleteQueue":
                directory.Delete(QueueOf(request));
                break;
            case "SendMessage":
                WriteSent(answer, QueueOf(request).Send(MessageOf(request)));
                break;
            case "SendMessageBatch":
                SendMessageBatch(request, answer);
                break;
            case "ReceiveMessage":
                await ReceiveMessageAsync(request, answer, cancellationToken);
                break;
            case "DeleteMessage":
                QueueOf(request).Delete(request.RequiredText("ReceiptHandle"));
                break;
            case "DeleteMessageBatch":
                DeleteMessageBatch(request, answer);
                break;
            case "ChangeMessageVisibility":
                ChangeMessageVisibility(QueueOf(request), request);
                break;
            case "ChangeMessageVisibilityBatch":
                ChangeMessageVisibilityBatch(request, answer);
                break;
            case "StartMessageMoveTask":
                StartMessageMoveTask(request, answer);
                break;
            case "ListMessageMoveTasks":
                ListMessageMoveTasks(request, answer);
                break;
            case "CancelMessageMoveTask":
                answer.WriteNumber("ApproximateNumberOfMessagesMoved", moveTasks.Cancel(request.RequiredText("TaskHandle")));
                break;
            default:
                throw SqsException.UnknownOperation(target);
        }
    }

    private void CreateQueue(SqsRequest request, string origin, Utf8JsonWriter answer)
    {
        string name = request.RequiredText("QueueName");
        IReadOnlyDictionary<string, string> attributes = request.TextMap("Attributes");
        lock (directory.Gate)
        {
            QueueSettings settings = QueueAttributes.ForNewQueue(name, attributes);
            if (directory.Find(name) is not { } queue)
            {
                queue = directory.Create(name, settings);
            }
            else if (QueueAttributes.FirstDifference(queue, attributes) is { } difference)
            {
                throw SqsException.QueueNameExists(difference);
            }

            answer.WriteString("QueueUrl", origin + queue.Path);
        }
    }

    private void GetQueueUrl(SqsRequest request, string origin, Utf8JsonWriter answer)
    {
        SqsQueue queue = directory.Find(request.RequiredText("QueueName")) ?? throw SqsException.QueueDoesNotExist();
        if (request.Text("QueueOwnerAWSAccountId") is { } owner && owner != AwsAccount.Id)
        {
            throw SqsException.QueueDoesNotExist();
        }

        answer.WriteString("QueueUrl", origin + queue.Path);
    }

    private void ListQueues(SqsRequest request, string origin, Utf8JsonWriter answer)
    {
        int maximum = request.Number("MaxResults", 1, 1_000) ?? 1_000;
        string? after = request.Text("NextToken");
        SqsQueue[] queues = [.. directory.List(request.Text("QueueNamePrefix") ?? string.Empty)
            .Where(queue => after is null || string.CompareOrdinal(queue.Name, after) > 0)];
        if (queues.Length == 0)
        {
            return;
        }

        answer.WriteStartArray("QueueUrls");
        foreach (SqsQueue queue in queues.Take(maximum))
        {
            answer.WriteStringValue(origin + queue.Path);
        }

        answer.WriteEndArray();
        if (queues.Length > maximum)
        {
            answer.WriteString("NextToken", queues[maximum - 1].Name);
        }
    }

    private void GetQueueAttributes(SqsRequest request, Utf8JsonWriter answer)
    {
        IReadOnlyDictionary<string, string> values = QueueAttributes.Read(QueueOf(request), request.Texts("AttributeNames"));
        if (values.Count > 0)
        {
            WriteMap(answer, "Attributes", values);
        }
    }

    private void SetQueueAttributes(SqsRequest request)
    {
        SqsQueue queue = QueueOf(request);
        lock (directory.Gate)
        {
            queue.Configure(QueueAttributes.Change(queue, request.TextMap("Attributes")));
        }
    }

    private void SendMessageBatch(SqsRequest request, Utf8JsonWriter answer)
    {
        SqsQueue queue = QueueOf(request);
        IReadOnlyList<(string Id, SqsRequest Entry)> entries = BatchOf(request);
        if (entries.Sum(static pair => MessageRules.SizeOf(MessageOf(pair.Entry))) > LargestBatchBytes)
        {
            throw SqsException.Batch("BatchRequestTooLong", $"Batch requests cannot be longer than {LargestBatchBytes} bytes.");
        }

        WriteBatch(answer, entries, entry =>
        {
            SendResult result = queue.Send(MessageOf(entry));
            return () => WriteSent(answer, result);
        });
    }

    private async Task ReceiveMessageAsync(SqsRequest request, Utf8JsonWriter answer, CancellationToken cancellationToken)
    {
        SqsQueue queue = QueueOf(request);
        if (request.Text("ReceiveRequestAttemptId") is not null)
        {
            throw SqsException.UnsupportedOperation("ReceiveRequestAttemptId is not emulated.");
        }

        int maximum = request.Number("MaxNumberOfMessages", 1, 10) ?? 1;
        TimeSpan? visibilityTimeout = request.Seconds("VisibilityTimeout", 0, LongestVisibilityTimeout);
        TimeSpan? wait = request.Seconds("WaitTimeSeconds", 0, 20);
        string[] systemAttributes = [.. request.Texts("AttributeNames"), .. request.Texts("MessageSystemAttributeNames")];
        IReadOnlyList<string> attributes = request.Texts("MessageAttributeNames");

        IReadOnlyList<ReceivedMessage> messages = await queue.ReceiveAsync(maximum, visibilityTimeout, wait, cancellationToken);
        if (messages.Count == 0)
        {
            return;
        }

        answer.WriteStartArray("Messages");
        foreach (ReceivedMessage message in messages)
        {
            answer.WriteStartObject();
            WriteReceived(answer, message, systemAttributes, attributes);
            answer.WriteEndObject();
        }

        answer.WriteEndArray();
    }

    private void DeleteMessageBatch(SqsRequest request, Utf8JsonWriter answer)
    {
        SqsQueue queue = QueueOf(request);
        WriteBatch(answer, BatchOf(request), entry =>
        {
            queue.Delete(entry.RequiredText("ReceiptHandle"));
            return static () => { };
        });
    }

    private static void ChangeMessageVisibility(SqsQueue queue, SqsRequest request)
    {
        string receiptHandle = request.RequiredText("ReceiptHandle");
        TimeSpan timeout = request.Seconds("VisibilityTimeout", 0, LongestVisibilityTimeout) ?? throw SqsException.MissingParameter("VisibilityTimeout");
        queue.ChangeVisibility(receiptHandle, timeout);
    }

    private void ChangeMessageVisibilityBatch(SqsRequest request, Utf8JsonWriter answer)
    {
        SqsQueue queue = QueueOf(request);
        WriteBatch(answer, BatchOf(request), entry =>
        {
            ChangeMessageVisibility(queue, entry);
            return static () => { };
        });
    }

    private void StartMessageMoveTask(SqsRequest request, Utf8JsonWriter answer) => answer.WriteString("TaskHandle", moveTasks.Start(
        request.RequiredText("SourceArn"),
        request.Text("DestinationArn"),
        request.Number("MaxNumberOfMessagesPerSecond", 1, 500)));

    private void ListMessageMoveTasks(SqsRequest request, Utf8JsonWriter answer)
    {
        int maximum = request.Number("MaxResults", 1, 10) ?? 1;
        answer.WriteStartArray("Results");
        foreach (MessageMoveTask task in moveTasks.List(request.RequiredText("SourceArn")).Take(maximum))
        {
            answer.WriteStartObject();
            if (task.Status == MessageMoveTaskStatus.Running)
            {
                answer.WriteString("TaskHandle", task.Handle);
            }

            answer.WriteString("Status", task.Status.ToString().ToUpperInvariant());
            answer.WriteString("SourceArn", task.Source.Arn);
            WriteOptional(answer, "DestinationArn", task.DestinationArn);
            if (task.MessagesPerSecond is { } rate)
            {
                answer.WriteNumber("MaxNumberOfMessagesPerSecond", rate);
            }

            answer.WriteNumber("ApproximateNumberOfMessagesMoved", task.Moved);
            answer.WriteNumber("ApproximateNumberOfMessagesToMove", task.ToMove);
            WriteOptional(answer, "FailureReason", task.FailureReason);
            answer.WriteNumber("StartedTimestamp", task.StartedAt.ToUnixTimeMilliseconds());
            answer.WriteEndObject();
        }

        answer.WriteEndArray();
    }

    /// <summary>The queue that QueueUrl names by its path; scheme and host are not looked at, as with SQS.</summary>
    private SqsQueue QueueOf(SqsRequest request)
    {
        bool isUrl = Uri.TryCreate(request.Text("QueueUrl"), UriKind.Absolute, out Uri? url);
        string[] segments = isUrl ? url!.AbsolutePath.Split('/') : [];
        return segments is ["", AwsAccount.Id, string name] && directory.Find(name) is { } queue
            ? queue
            : throw SqsException.QueueDoesNotExist();
    }

    private static OutgoingMessage MessageOf(SqsRequest request)
    {
        IReadOnlyDictionary<string, MessageAttribute> systemAttributes = request.Attributes("MessageSystemAttributes");
        if (systemAttributes.Keys.FirstOrDefault(static name => name != "AWSTraceHeader") is { } unknown)
        {
            throw SqsException.InvalidParameterValue($"Message system attribute name '{unknown}' is invalid.");
        }

        return new OutgoingMessage(request.RequiredText("MessageBody"))
        {
            GroupId = request.Text("MessageGroupId"),
            DeduplicationId = request.Text("MessageDeduplicationId"),
            Delay = request.Seconds("DelaySeconds", 0, 900),
            Attributes = request.Attributes("MessageAttributes"),
            TraceHeader = systemAttributes.GetValueOrDefault("AWSTraceHeader")?.StringValue,
        };
    }

    private static List<(string Id, SqsRequest Entry)> BatchOf(SqsRequest request)
    {
        List<(string Id, SqsRequest Entry)> entries =
            [.. request.Entries("Entries").Select(static entry => (entry.RequiredText("Id"), entry))];
        if (entries.Count == 0)
        {
            throw SqsException.Batch("EmptyBatchRequest", "There should be at least one entry in the request.");
        }

        if (entries.Count > LargestBatch)
        {
            throw SqsException.Batch(
                "TooManyEntriesInBatchRequest", $"Maximum number of entries per request are {LargestBatch}. You have sent {entries.Count}.");
        }

        if (entries.Any(static pair => pair.Id.Length is 0 or > 80 || pair.Id.AsSpan().ContainsAnyExcept(EntryIdCharacters)))
        {
            throw SqsException.Batch(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
        }

        if (entries.Select(static pair => pair.Id).Distinct(StringComparer.Ordinal).Count() < entries.Count)
        {
            throw SqsException.Batch("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
        }

        return entries;
    }

    /// <summary>Runs every entry by itself: one that fails does not keep the others from running.</summary>
    /// <param name="answer">Receives Successful and Failed.</param>
    /// <param name="entries">The entries by id.</param>
    /// <param name="run">Runs one entry and returns what writes its result.</param>
    private static void WriteBatch(
        Utf8JsonWriter answer, IReadOnlyList<(string Id, SqsRequest Entry)> entries, Func<SqsRequest, Action> run)
    {
        List<(string Id, SqsException Failure)> failed = [];
        answer.WriteStartArray("Successful");
        foreach ((string id, SqsRequest entry) in entries)
        {
            try
            {
                Action writeResult = run(entry);
                answer.WriteStartObject();
                answer.WriteString("Id", id);
                writeResult();
                answer.WriteEndObject();
            }
            catch (SqsException failure)
            {
                failed.Add((id, failure));
            }
        }

        answer.WriteEndArray();
        if (failed.Count == 0)
        {
            return;
        }

        answer.WriteStartArray("Failed");
        foreach ((string id, SqsException failure) in failed)
        {
            answer.WriteStartObject();
            answer.WriteString("Id", id);
            answer.WriteBoolean("SenderFault", true);
            answer.WriteString("Code", failure.Code);
            answer.WriteString("Message", failure.Message);
            answer.WriteEndObject();
        }

        answer.WriteEndArray();
    }

    private static void WriteSent(Utf8JsonWriter answer, SendResult result)
    {
        answer.WriteString("MessageId", result.MessageId);
        answer.WriteString("MD5OfMessageBody", result.Md5OfBody);
        WriteOptional(answer, "MD5OfMessageAttributes", result.Md5OfAttributes);
        WriteOptional(answer, "SequenceNumber", result.SequenceNumber);
    }

    private static void WriteReceived(
        Utf8JsonWriter answer, ReceivedMessage message, IReadOnlyList<string> systemAttributes, IReadOnlyList<string> attributes)
    {
        answer.WriteString("MessageId", message.MessageId);
        answer.WriteString("ReceiptHandle", message.ReceiptHandle);
        answer.WriteString("MD5OfBody", message.Md5OfBody);
        answer.WriteString("Body", message.Body);

        Dictionary<string, string> system = message.SystemAttributes()
            .Where(pair => systemAttributes.Contains("All") || systemAttributes.Contains(pair.Key))
            .ToDictionary(StringComparer.Ordinal);
        if (system.Count > 0)
        {
            WriteMap(answer, "Attributes", system);
        }

        Dictionary<string, MessageAttribute> selected = message.Attributes
            .Where(pair => attributes.Any(pattern => IsSelected(pair.Key, pattern)))
            .ToDictionary(StringComparer.Ordinal);
        if (selected.Count == 0)
        {
            return;
        }

        answer.WriteString("MD5OfMessageAttributes", MessageDigest.OfAttributes(selected));
        answer.WriteStartObject("MessageAttributes");
        foreach ((string name, MessageAttribute attribute) in selected)
        {
            answer.WriteStartObject(name);
            answer.WriteString("DataType", attribute.DataType);
            WriteOptional(answer, "StringValue", attribute.StringValue);
            if (attribute.BinaryValue is not null)
            {
                answer.WriteBase64String("BinaryValue", attribute.BinaryValue);
            }

            answer.WriteEndObject();
        }

        answer.WriteEndObject();
    }

    /// <summary>A name, <c>All</c>, <c>.*</c>, or a prefix that ends in <c>.*</c>.</summary>
    private static bool IsSelected(string name, string pattern) =>
        pattern is "All" or ".*"
        || name == pattern
        || (pattern.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(pattern[..^1], StringComparison.Ordinal));

    private static void WriteMap(Utf8JsonWriter answer, string name, IReadOnlyDictionary<string, string> values)
    {
        answer.WriteStartObject(name);
        foreach ((string key, string value) in values)
        {
            answer.WriteString(key, value);
        }

        answer.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter answer, string name, string? value)
    {
        if (value is not null)
        {
            answer.WriteString(name, value);
        }
    }
}
