using Hashee.Emulator.Http;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// A REST API of API Gateway on loopback, with one resource that takes every path and method and a function behind it as proxy: each
/// request becomes one invocation in payload format 1.0, its result the HTTP response ("Set up Lambda proxy integrations in API Gateway").
/// </summary>
internal sealed class RestApi : IAsyncDisposable
{
    /// <summary>How long an integration may take, unless its quota was raised.</summary>
    public static readonly TimeSpan LongestIntegration = TimeSpan.FromSeconds(29);

    /// <summary>The largest request, in bytes.</summary>
    private const int LargestBody = 10 * 1_048_576;

    private readonly LambdaFunction _function;
    private readonly BinaryMediaTypes _binary;
    private readonly TimeSpan _timeout;
    private LoopbackServer? _server;

    private RestApi(LambdaFunction function, BinaryMediaTypes binary, TimeSpan timeout)
    {
        _function = function;
        _binary = binary;
        _timeout = timeout;
    }

    /// <summary><c>http://127.0.0.1:PORT</c>, as a domain of one's own would be: without the stage in the path.</summary>
    public Uri Url => _server!.Origin;

    /// <summary>Starts to listen. The function stays the caller's.</summary>
    /// <param name="function">Behind every path.</param>
    /// <param name="binary">None by default: every body is text.</param>
    /// <param name="timeout">Of the integration; 29 s by default.</param>
    public static async Task<RestApi> StartAsync(LambdaFunction function, BinaryMediaTypes? binary = null, TimeSpan? timeout = null)
    {
        RestApi api = new(function, binary ?? new BinaryMediaTypes(), timeout ?? LongestIntegration);
        api._server = await LoopbackServer.StartAsync(api.HandleAsync);
        return api;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        (byte[]? body, _) = await context.Request.ReadBodyAsync(LargestBody, context.RequestAborted);
        if (body is null)
        {
            await WriteErrorAsync(context.Response, StatusCodes.Status413PayloadTooLarge, "RequestTooLargeException", "Request Too Long");
            return;
        }

        byte[] payload = RestApiEvent.Write(context, body, _binary);
        if (payload.Length > LambdaError.LargestPayload)
        {
            await WriteFailureAsync(context.Response, StatusCodes.Status500InternalServerError);
            return;
        }

        try
        {
            InvocationResult result = await _function.InvokeAsync(payload, context.RequestAborted).WaitAsync(_timeout);
            await WriteAsync(context, result);
        }
        catch (TimeoutException)
        {
            await WriteErrorAsync(
                context.Response, StatusCodes.Status504GatewayTimeout, "InternalServerErrorException", "Endpoint request timed out");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; the invocation goes on, as on Lambda.
        }
    }

    /// <summary>What Lambda did not take is a 500; an error of the function, or what is no response, a 502.</summary>
    private Task WriteAsync(HttpContext context, InvocationResult result)
    {
        RestApiResponse? response = result.Outcome == InvocationOutcome.Success
            ? RestApiResponse.TryParse(result.Payload, _binary.Match(context.Request.Headers.Accept.ToString()))
            : null;
        return response?.WriteAsync(context.Response) ?? WriteFailureAsync(
            context.Response,
            result.Outcome == InvocationOutcome.Throttled ? StatusCodes.Status500InternalServerError : StatusCodes.Status502BadGateway);
    }

    private static Task WriteFailureAsync(HttpResponse response, int status) =>
        WriteErrorAsync(response, status, "InternalServerErrorException", "Internal server error");

    /// <summary>An error of the gateway itself: it says nothing about what the function did.</summary>
    private static Task WriteErrorAsync(HttpResponse response, int status, string type, string message)
    {
        string body = $$"""{"message": "{{message}}"}""";
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers["x-amzn-ErrorType"] = type;
        return response.WriteAsync(body);
    }
}
