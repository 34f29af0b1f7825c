using Hashee.Emulator.Http;

namespace Hashee.Emulator.Lambda;

/// <summary>A Function URL on loopback: every HTTP request becomes one invocation in payload format 2.0, its result the HTTP response.</summary>
internal sealed class FunctionUrl : IAsyncDisposable
{
    private const string BadGateway = "Internal Server Error";
    private const string StreamedContentType = "application/octet-stream";

    private readonly LambdaFunction _function;
    private readonly InvokeMode _mode;
    private LoopbackServer? _server;

    private FunctionUrl(LambdaFunction function, InvokeMode mode)
    {
        _function = function;
        _mode = mode;
    }

    /// <summary><c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Url => _server!.Origin;

    /// <summary>Starts to listen. The function stays the caller's.</summary>
    public static async Task<FunctionUrl> StartAsync(LambdaFunction function, InvokeMode mode = InvokeMode.Buffered)
    {
        FunctionUrl url = new(function, mode);
        url._server = await LoopbackServer.StartAsync(url.HandleAsync);
        return url;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        (byte[]? body, _) = await context.Request.ReadBodyAsync(LambdaError.LargestPayload, context.RequestAborted);
        byte[]? payload = body is null ? null : FunctionUrlEvent.Write(context, body);
        if (payload is null || payload.Length > LambdaError.LargestPayload)
        {
            await WriteErrorAsync(context.Response, StatusCodes.Status413PayloadTooLarge, "Request Entity Too Large");
            return;
        }

        try
        {
            await (_mode == InvokeMode.ResponseStream
                ? StreamAsync(context, _function.InvokeStreamed(payload))
                : WriteAsync(context.Response, await _function.InvokeAsync(payload, context.RequestAborted)));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; the invocation goes on, as on Lambda.
        }
    }

    private static async Task WriteAsync(HttpResponse response, InvocationResult result)
    {
        response.Headers["x-amzn-RequestId"] = result.RequestId;
        switch (result.Outcome)
        {
            case InvocationOutcome.Throttled:
                await WriteErrorAsync(response, StatusCodes.Status429TooManyRequests, "Rate Exceeded.");
                break;
            case InvocationOutcome.Success when result.ContentType == StreamedPrelude.ContentType:
                await WriteCollectedAsync(response, result.Payload);
                break;
            case InvocationOutcome.Success when FunctionUrlResponse.TryParse(result.Payload, out FunctionUrlResponse? parsed):
                await parsed.WriteAsync(response);
                break;
            default:
                await WriteErrorAsync(response, StatusCodes.Status502BadGateway, BadGateway);
                break;
        }
    }

    /// <summary>A response that the function streamed and the service collected.</summary>
    private static async Task WriteCollectedAsync(HttpResponse response, ReadOnlyMemory<byte> payload)
    {
        if (StreamedPrelude.Parse(payload, out int length) is not { } head)
        {
            await WriteErrorAsync(response, StatusCodes.Status502BadGateway, BadGateway);
            return;
        }

        head.WriteHead(response, StreamedContentType);
        if (head.HasBody)
        {
            response.ContentLength = payload.Length - length;
            await response.Body.WriteAsync(payload[length..]);
        }
    }

    /// <summary>Passes every piece on as it comes. A failure behind the first one breaks the connection: nothing else would be seen.</summary>
    private static async Task StreamAsync(HttpContext context, Invocation invocation)
    {
        if (await StreamOfAsync(invocation, context.RequestAborted) is not { } stream)
        {
            await WriteUnstreamedAsync(context.Response, await invocation.Result);
            return;
        }

        try
        {
            HttpResponse response = context.Response;
            if (await stream.IsEmptyAsync(context.RequestAborted) && await invocation.Result is { Outcome: not InvocationOutcome.Success } failed)
            {
                await WriteAsync(response, failed);
                return;
            }

            response.Headers["x-amzn-RequestId"] = invocation.RequestId;
            response.ContentType = stream.ContentType;
            bool hasBody = true;
            if (stream.ContentType == StreamedPrelude.ContentType)
            {
                if (await StreamedPrelude.ReadAsync(stream.Reader, context.RequestAborted) is not { } head)
                {
                    await WriteErrorAsync(response, StatusCodes.Status502BadGateway, BadGateway);
                    return;
                }

                head.WriteHead(response, StreamedContentType);
                hasBody = head.HasBody;
            }

            await response.Body.FlushAsync(context.RequestAborted);
            if (hasBody)
            {
                await stream.Reader.CopyToAsync(response.BodyWriter, context.RequestAborted);
            }

            // All was copied, or nobody takes the rest: the client has gone, or HTTP allows no body. Then the function must not wait for a reader.
            await stream.Reader.CompleteAsync();
            if ((await invocation.Result).Outcome != InvocationOutcome.Success)
            {
                context.Abort();
            }
        }
        finally
        {
            await stream.Reader.CompleteAsync();
        }
    }

    /// <summary>Waits for the response to begin. A client that leaves before must not hold up the function afterwards.</summary>
    private static async Task<ResponseStream?> StreamOfAsync(Invocation invocation, CancellationToken clientHasGone)
    {
        try
        {
            return await invocation.Stream.WaitAsync(clientHasGone);
        }
        catch (OperationCanceledException)
        {
            _ = DropAsync();
            throw;
        }

        async Task DropAsync()
        {
            if (await invocation.Stream is { } unread)
            {
                await unread.Reader.CompleteAsync();
            }
        }
    }

    /// <summary>In this mode the result of a function that does not stream is the body itself, whatever it looks like.</summary>
    private static async Task WriteUnstreamedAsync(HttpResponse response, InvocationResult result)
    {
        if (result.Outcome != InvocationOutcome.Success)
        {
            await WriteAsync(response, result);
            return;
        }

        response.Headers["x-amzn-RequestId"] = result.RequestId;
        response.ContentType = result.ContentType;
        await response.Body.WriteAsync(result.Payload);
    }

    /// <summary>An error of the service itself: it says nothing about what the function did.</summary>
    private static Task WriteErrorAsync(HttpResponse response, int status, string message)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain";
        response.ContentLength = message.Length;
        return response.WriteAsync(message);
    }
}
