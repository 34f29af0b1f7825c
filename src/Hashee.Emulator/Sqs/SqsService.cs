using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml.Linq;
using Hashee.Emulator.Http;

namespace Hashee.Emulator.Sqs;

/// <summary>
/// SQS on loopback: AWS JSON 1.0 over plain HTTP and over TLS, every request signed with the account's keys. The query protocol of older
/// clients is refused by name. Queues can also be made and used from inside the process.
/// </summary>
internal sealed class SqsService : IAsyncDisposable
{
    /// <summary>The clients that speak AWS JSON 1.0.</summary>
    public const string Clients = "AWS CLI 2.14 or 1.30 and newer, and AWS SDKs since November 2023";

    private const string ContentType = "application/x-amz-json-1.0";
    private const string QueryContentType = "application/x-www-form-urlencoded";

    /// <summary>A whole batch with every character of it escaped; beyond that a request is refused unread.</summary>
    private const int LargestRequest = 16 * 1_048_576;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SignatureVerifier _verifier;
    private readonly QueueDirectory _queues;
    private readonly MessageMoveTasks _moveTasks;
    private readonly SqsApi _api;
    private readonly LocalRoots _roots = new();
    private LoopbackServer? _http;
    private LoopbackServer? _https;
    private volatile SqsAvailability _availability;

    private SqsService(SqsOptions options)
    {
        Account = options.Account;
        _verifier = new SignatureVerifier(options.Account, "sqs", TimeProvider.System);
        _queues = new QueueDirectory(options.Account, options.Clock);
        _moveTasks = new MessageMoveTasks(_queues);
        _api = new SqsApi(_queues, _moveTasks);
    }

    /// <summary>Raised for every send that a queue accepted, duplicates included. Handlers run while the queues are locked: keep them short.</summary>
    public event Action<SentMessage>? Sent
    {
        add => _queues.Sent += value;
        remove => _queues.Sent -= value;
    }

    /// <summary>Whose signatures are accepted.</summary>
    public AwsAccount Account { get; }

    /// <summary><c>http://127.0.0.1:PORT</c>.</summary>
    public Uri HttpEndpoint => _http!.Origin;

    /// <summary><c>https://localhost:PORT</c>; the certificate holds for 127.0.0.1 too.</summary>
    public Uri HttpsEndpoint => _https!.Origin;

    /// <summary>PEM file with the root of <see cref="HttpsEndpoint"/>'s certificate, for <c>AWS_CA_BUNDLE</c>.</summary>
    public string CaBundlePath => _roots.OwnPath;

    /// <summary>Starts both endpoints.</summary>
    public static async Task<SqsService> StartAsync(SqsOptions options)
    {
        SqsService service = new(options);
        try
        {
            service._http = await LoopbackServer.StartAsync(service.HandleAsync, accepts: service.IsReachable);
            service._https = await LoopbackServer.StartAsync(service.HandleAsync, service._roots.Certificate, service.IsReachable);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a queue.</summary>
    /// <param name="name">Ends in <c>.fifo</c> for a FIFO queue.</param>
    /// <param name="settings">Null for the defaults.</param>
    /// <exception cref="SqsException">What SQS would refuse.</exception>
    public SqsQueue CreateQueue(string name, QueueSettings? settings = null) =>
        _queues.Create(name, settings ?? new QueueSettings());

    /// <summary>A queue by its name, null when there is none.</summary>
    public SqsQueue? FindQueue(string name) => _queues.Find(name);

    /// <summary>The URL of a queue on the plain endpoint.</summary>
    public Uri HttpUrl(SqsQueue queue) => new(HttpEndpoint, queue.Path);

    /// <summary>The URL of a queue on the TLS endpoint.</summary>
    public Uri HttpsUrl(SqsQueue queue) => new(HttpsEndpoint, queue.Path);

    /// <summary>Takes the service away from its HTTP clients, or gives it back. Calls from inside the process always work.</summary>
    public void SetAvailability(SqsAvailability availability) => _availability = availability;

    public async ValueTask DisposeAsync()
    {
        foreach (LoopbackServer? server in (LoopbackServer?[])[_http, _https])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        _moveTasks.Dispose();
        _roots.Dispose();
    }

    private bool IsReachable() => _availability != SqsAvailability.Unreachable;

    private async Task HandleAsync(HttpContext context)
    {
        if (!IsReachable())
        {
            context.Abort();
            return;
        }

        context.Response.Headers["x-amzn-requestid"] = Guid.NewGuid().ToString();
        context.Response.ContentType = ContentType;
        try
        {
            ReadOnlyMemory<byte> answer = await AnswerAsync(context);
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted);
        }
        catch (SqsException refusal)
        {
            await RefuseAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
    }

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(HttpContext context)
    {
        if (_availability == SqsAvailability.Unavailable)
        {
            throw SqsException.ServiceUnavailable();
        }

        HttpRequest request = context.Request;
        if (SpeaksQueryProtocol(request))
        {
            throw SqsException.UnsupportedOperation($"Only AWS JSON 1.0 is spoken here, not the older query protocol: use {Clients}.");
        }

        (byte[]? body, _) = await request.ReadBodyAsync(LargestRequest, context.RequestAborted);
        if (body is null)
        {
            throw SqsException.RequestTooLarge();
        }

        _verifier.Verify(request, body);
        if (request.Method != HttpMethods.Post || request.ContentType != ContentType)
        {
            throw SqsException.UnsupportedOperation($"Only POST with Content-Type {ContentType} is spoken here.");
        }

        using MemoryStream answer = new();
        using (JsonDocument document = Parse(body))
        await using (Utf8JsonWriter writer = new(answer, Relaxed))
        {
            writer.WriteStartObject();
            string origin = $"{request.Scheme}://{request.Host}";
            await _api.ExecuteAsync(
                request.Headers["X-Amz-Target"], new SqsRequest(document.RootElement), origin, writer, context.RequestAborted);
            writer.WriteEndObject();
        }

        return answer.ToArray();
    }

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw SqsException.Serialization("The body is not valid JSON.");
        }
    }

    private static bool SpeaksQueryProtocol(HttpRequest request) =>
        request.Query.ContainsKey("Action") || request.ContentType?.StartsWith(QueryContentType, StringComparison.OrdinalIgnoreCase) == true;

    private static async Task RefuseAsync(HttpContext context, SqsException refusal)
    {
        context.Response.StatusCode = refusal.Status;
        string fault = refusal.Status < StatusCodes.Status500InternalServerError ? "Sender" : "Receiver";
        if (SpeaksQueryProtocol(context.Request))
        {
            XElement error = new("ErrorResponse", new XElement(
                "Error", new XElement("Type", fault), new XElement("Code", refusal.Code), new XElement("Message", refusal.Message)));
            context.Response.ContentType = "text/xml";
            await context.Response.WriteAsync(error.ToString(), context.RequestAborted);
            return;
        }

        context.Response.Headers["x-amzn-query-error"] = $"{refusal.Code};{fault}";
        await using Utf8JsonWriter writer = new(context.Response.BodyWriter, Relaxed);
        writer.WriteStartObject();
        writer.WriteString("__type", refusal.Type);
        writer.WriteString("message", refusal.Message);
        writer.WriteEndObject();
    }
}
