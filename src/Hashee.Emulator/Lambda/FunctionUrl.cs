using Hashee.Emulator.Http;

namespace Hashee.Emulator.Lambda;

/// <summary>A Function URL on loopback: every HTTP request becomes one invocation in payload format 2.0, its result the HTTP response.</summary>
internal sealed class FunctionUrl : IAsyncDisposable
{
    private readonly LambdaFunction _function;
    private LoopbackServer? _server;

    private FunctionUrl(LambdaFunction function) => _function = function;

    /// <summary><c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Url => _server!.Origin;

    /// <summary>Starts to listen. The function stays the caller's.</summary>
    public static async Task<FunctionUrl> StartAsync(LambdaFunction function)
    {
        FunctionUrl url = new(function);
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

        InvocationResult result = await _function.InvokeAsync(payload, context.RequestAborted);
        context.Response.Headers["x-amzn-RequestId"] = result.RequestId;
        switch (result.Outcome)
        {
            case InvocationOutcome.Throttled:
                await WriteErrorAsync(context.Response, StatusCodes.Status429TooManyRequests, "Rate Exceeded.");
                break;
            case InvocationOutcome.Success when FunctionUrlResponse.TryParse(result.Payload, out FunctionUrlResponse? response):
                await response.WriteAsync(context.Response);
                break;
            default:
                await WriteErrorAsync(context.Response, StatusCodes.Status502BadGateway, "Internal Server Error");
                break;
        }
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
