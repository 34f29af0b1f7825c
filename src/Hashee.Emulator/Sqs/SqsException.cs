namespace Hashee.Emulator.Sqs;

/// <summary>A refusal in the words of SQS.</summary>
/// <param name="type">Shape name of the JSON protocol with its name space, the answer's <c>__type</c>.</param>
/// <param name="code">Code of the older query protocol, which SQS still sends in <c>x-amzn-query-error</c> and in batch results.</param>
/// <param name="message">What was wrong; never contains a message body.</param>
/// <param name="status">HTTP status.</param>
internal sealed class SqsException(string type, string code, string message, int status = StatusCodes.Status400BadRequest)
    : Exception(message)
{
    private const string Sqs = "com.amazonaws.sqs#";
    private const string Coral = "com.amazon.coral.service#";
    private const string Simple = "AWS.SimpleQueueService.";

    public string Type => type;

    public string Code => code;

    public int Status => status;

    public static SqsException QueueDoesNotExist() =>
        new(Sqs + "QueueDoesNotExist", Simple + "NonExistentQueue", "The specified queue does not exist.");

    public static SqsException QueueNameExists(string attribute) => new(
        Sqs + "QueueNameExists",
        "QueueAlreadyExists",
        $"A queue already exists with the same name and a different value for attribute {attribute}");

    public static SqsException QueueDeletedRecently() => new(
        Sqs + "QueueDeletedRecently",
        Simple + "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.");

    public static SqsException PurgeQueueInProgress(string queue) => new(
        Sqs + "PurgeQueueInProgress",
        Simple + "PurgeQueueInProgress",
        $"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.",
        StatusCodes.Status403Forbidden);

    public static SqsException ResourceNotFound(string message) =>
        new(Sqs + "ResourceNotFoundException", "ResourceNotFoundException", message, StatusCodes.Status404NotFound);

    public static SqsException InvalidAttributeName(string name) =>
        new(Sqs + "InvalidAttributeName", "InvalidAttributeName", $"Unknown Attribute {name}.");

    public static SqsException InvalidAttributeValue(string name) =>
        new(Sqs + "InvalidAttributeValue", "InvalidAttributeValue", $"Invalid value for the parameter {name}.");

    public static SqsException InvalidParameterValue(string message) =>
        new(Coral + "InvalidParameterValueException", "InvalidParameterValue", message);

    public static SqsException InvalidParameterValue(string parameter, object value, string reason) =>
        InvalidParameterValue($"Value {Shortened($"{value}")} for parameter {parameter} is invalid. Reason: {reason}");

    public static SqsException MissingParameter(string parameter) => new(
        Coral + "MissingRequiredParameterException",
        "MissingParameter",
        $"The request must contain the parameter {parameter}.");

    public static SqsException InvalidMessageContents() => new(
        Sqs + "InvalidMessageContents",
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");

    public static SqsException ReceiptHandleIsInvalid(string handle) => new(
        Sqs + "ReceiptHandleIsInvalid",
        "ReceiptHandleIsInvalid",
        $"The input receipt handle \"{Shortened(handle)}\" is not a valid receipt handle.",
        StatusCodes.Status404NotFound);

    public static SqsException MessageNotInflight() =>
        new(Sqs + "MessageNotInflight", Simple + "MessageNotInflight", "The specified message is not in flight.");

    public static SqsException Batch(string name, string message) => new(Sqs + name, Simple + name, message);

    public static SqsException UnsupportedOperation(string message) =>
        new(Sqs + "UnsupportedOperation", Simple + "UnsupportedOperation", message);

    public static SqsException UnknownOperation(string? target) => new(
        Coral + "UnknownOperationException",
        "InvalidAction",
        $"X-Amz-Target '{target}' names no operation of this service.");

    public static SqsException Serialization(string message) =>
        new(Coral + "SerializationException", "MalformedInput", message);

    public static SqsException RequestTooLarge() => new(
        Coral + "RequestEntityTooLargeException",
        "RequestEntityTooLarge",
        "The request is too large.",
        StatusCodes.Status413PayloadTooLarge);

    public static SqsException ServiceUnavailable() => new(
        Coral + "ServiceUnavailableException",
        "ServiceUnavailable",
        "Service is unable to handle the request.",
        StatusCodes.Status503ServiceUnavailable);

    public static SqsException MissingAuthenticationToken() => new(
        Coral + "MissingAuthenticationTokenException",
        "MissingAuthenticationToken",
        "Request is missing Authentication Token.",
        StatusCodes.Status403Forbidden);

    public static SqsException IncompleteSignature(string message) =>
        new(Coral + "IncompleteSignatureException", "IncompleteSignature", message);

    public static SqsException InvalidClientTokenId() => new(
        Coral + "UnrecognizedClientException",
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        StatusCodes.Status403Forbidden);

    public static SqsException SignatureDoesNotMatch(string message) =>
        new(Coral + "InvalidSignatureException", "SignatureDoesNotMatch", message, StatusCodes.Status403Forbidden);

    private static string Shortened(string value) => value.Length <= 256 ? value : value[..255] + "…";
}
