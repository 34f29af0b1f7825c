using System.Globalization;
using Hashee.Emulator.Http;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// The Runtime API, version 2018-06-01, of one instance: as strict as the one of Lambda ("Using the Lambda runtime API for custom runtimes").
/// </summary>
internal sealed class RuntimeApi(LambdaInstance instance, string functionArn, bool tellsDeadline)
{
    private const string Root = "/2018-06-01/runtime/";

    public async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? string.Empty;
        string[] segments = path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..].Split('/') : [];
        try
        {
            Task answer = (context.Request.Method, segments) switch
            {
                ("GET", ["invocation", "next"]) => NextAsync(context),
                ("POST", ["invocation", string id, "response"]) => ResponseAsync(context, id),
                ("POST", ["invocation", string id, "error"]) => ErrorAsync(context, id),
                ("POST", ["init", "error"]) => InitErrorAsync(context),
                (_, ["invocation", "next"] or ["invocation", _, "response" or "error"] or ["init", "error"]) => RefuseAsync(
                    context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "The method is not allowed here."),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, "NotFound", "The Runtime API has no such path."),
            };
            await answer;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
    }

    private async Task NextAsync(HttpContext context)
    {
        if (await instance.NextAsync(context.RequestAborted) is not { } invocation)
        {
            await AnswerAsync(context, RuntimeReply.WrongState);
            return;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        if (tellsDeadline)
        {
            headers["Lambda-Runtime-Deadline-Ms"] = invocation.DeadlineMilliseconds.ToString(CultureInfo.InvariantCulture);
        }

        headers["Lambda-Runtime-Invoked-Function-Arn"] = functionArn;
        headers["Lambda-Runtime-Trace-Id"] = invocation.TraceId;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = invocation.Payload.Length;
        await context.Response.BodyWriter.WriteAsync(invocation.Payload, context.RequestAborted);
    }

    private async Task ResponseAsync(HttpContext context, string requestId)
    {
        switch (context.Request.Headers["Lambda-Runtime-Function-Response-Mode"].ToString())
        {
            case "":
                break;
            case "streaming":
                await StreamAsync(context, requestId);
                return;
            default:
                RuntimeReply refused = instance.Complete(
                    requestId, InvocationOutcome.FunctionError, LambdaError.Json("Runtime.InvalidResponseModeHeader", string.Empty));
                await (refused == RuntimeReply.Accepted
                    ? RefuseAsync(context, StatusCodes.Status400BadRequest, "InvalidFunctionResponseMode", "Invalid function response mode")
                    : AnswerAsync(context, refused));
                return;
        }

        (byte[]? response, long length) = await context.Request.ReadBodyAsync(LambdaError.LargestPayload, context.RequestAborted);
        if (response is not null)
        {
            await AnswerAsync(context, instance.Complete(requestId, InvocationOutcome.Success, response));
            return;
        }

        RuntimeReply reply = instance.Complete(requestId, InvocationOutcome.FunctionError, LambdaError.ResponseTooLarge(length));
        if (reply == RuntimeReply.Accepted)
        {
            await RefuseTooLargeAsync(context, LambdaError.LargestPayload);
        }
        else
        {
            await AnswerAsync(context, reply);
        }
    }

    /// <summary>Passes a response on while it comes, or collects it; an error in its trailers is the invocation's.</summary>
    private async Task StreamAsync(HttpContext context, string requestId)
    {
        RuntimeReply reply = instance.BeginResponse(requestId, out Invocation? invocation);
        if (invocation is null)
        {
            await AnswerAsync(context, reply);
            return;
        }

        string contentType = context.Request.ContentType ?? "application/octet-stream";
        ResponseStream? stream = invocation.OpenStream(contentType);
        long limit = stream is null ? LambdaError.LargestPayload : LambdaError.LargestStream;
        using MemoryStream collected = new();
        byte[]? error = null;
        long total = 0;
        bool isTruncated = false;
        try
        {
            byte[] buffer = new byte[64 * 1024];
            int count;
            while (total <= limit && (count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                total += count;
                ReadOnlyMemory<byte> piece = buffer.AsMemory(0, count);
                await (stream?.WriteAsync(piece, context.RequestAborted) ?? collected.WriteAsync(piece, context.RequestAborted));
            }

            error = total > limit ? LambdaError.ResponseTooLarge(total, limit) : ReadTrailers(context.Request);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            isTruncated = true;
            error = LambdaError.Truncated;
        }

        // Whoever reads sees the end of the body first, then how the invocation ended.
        stream?.Complete();
        InvocationOutcome outcome = error is null ? InvocationOutcome.Success : InvocationOutcome.FunctionError;
        reply = instance.EndResponse(invocation, outcome, error ?? collected.ToArray(), contentType);
        await (total > limit ? RefuseTooLargeAsync(context, limit)
            : isTruncated ? RefuseAsync(context, StatusCodes.Status400BadRequest, "TruncatedHTTPRequest", "HTTP request was truncated")
            : AnswerAsync(context, reply));
    }

    /// <summary>The error that a function reports behind its response, if it declared the field; null for none.</summary>
    private static byte[]? ReadTrailers(HttpRequest request)
    {
        string type = Trailer("Lambda-Runtime-Function-Error-Type");
        string body = Trailer("Lambda-Runtime-Function-Error-Body");
        if (type.Length == 0 && body.Length == 0)
        {
            return null;
        }

        byte[] decoded = new byte[body.Length];
        return Convert.TryFromBase64String(body, decoded, out int length) && length > 0
            ? decoded[..length]
            : LambdaError.Json(type, string.Empty);

        string Trailer(string name) =>
            request.GetDeclaredTrailers().Contains(name, StringComparer.OrdinalIgnoreCase) && request.CheckTrailersAvailable()
                ? request.GetTrailer(name).ToString()
                : string.Empty;
    }

    private async Task ErrorAsync(HttpContext context, string requestId)
    {
        byte[] error = await ReadErrorAsync(context);
        await AnswerAsync(context, instance.Complete(requestId, InvocationOutcome.FunctionError, error));
    }

    private async Task InitErrorAsync(HttpContext context)
    {
        byte[] error = await ReadErrorAsync(context);
        await AnswerAsync(context, instance.FailInit(error));
    }

    /// <summary>The posted error object; without one, what the header says about its type.</summary>
    private static async Task<byte[]> ReadErrorAsync(HttpContext context)
    {
        (byte[]? body, _) = await context.Request.ReadBodyAsync(LambdaError.LargestPayload, context.RequestAborted);
        string type = context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
        return body is { Length: > 0 } ? body : LambdaError.Json(type.Length > 0 ? type : "Unhandled", string.Empty);
    }

    private static Task AnswerAsync(HttpContext context, RuntimeReply reply) => reply switch
    {
        RuntimeReply.Accepted => WriteAsync(context, StatusCodes.Status202Accepted, """{"status":"OK"}"""u8.ToArray()),
        RuntimeReply.UnknownRequest => RefuseAsync(context, StatusCodes.Status400BadRequest, "InvalidRequestID", "Invalid request ID"),
        _ => RefuseAsync(context, StatusCodes.Status403Forbidden, "InvalidStateTransition", "State transition is not allowed"),
    };

    private static Task RefuseTooLargeAsync(HttpContext context, long limit) => RefuseAsync(
        context, StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", $"Exceeded maximum allowed payload size ({limit} bytes).");

    private static Task RefuseAsync(HttpContext context, int status, string errorType, string errorMessage) =>
        WriteAsync(context, status, LambdaError.Json(errorType, errorMessage));

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
