using System.Text;
using Hashee.Emulator.Http;

namespace Hashee.Emulator.Terminal;

/// <summary>
/// <c>POST /send</c> with a text as body: sends it as a user's message through the whole system and answers with the agent's reply, so that any
/// program can talk to the agent without sealing or signing anything.
/// </summary>
internal sealed class SendApi : IAsyncDisposable
{
    private const int MaximumBytes = 1_048_576;

    private readonly LocalUser _user;
    private LoopbackServer? _server;

    private SendApi(LocalUser user) => _user = user;

    /// <summary>Where to post.</summary>
    public Uri Url => new(_server!.Origin, "/send");

    /// <summary>Starts to listen.</summary>
    public static async Task<SendApi> StartAsync(LocalUser user)
    {
        SendApi api = new(user);
        api._server = await LoopbackServer.StartAsync(api.HandleAsync);
        return api;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        (int status, string text) = await AnswerAsync(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private async Task<(int Status, string Text)> AnswerAsync(HttpRequest request)
    {
        // Pages that a browser shows may post to loopback too: those are told by their origin, or by a host name that was made to mean it.
        if (request.Headers.Origin.Count > 0 || request.Host.Value != _server!.Origin.Authority)
        {
            return (StatusCodes.Status403Forbidden, "Not for web pages.");
        }

        if (request.Path != "/send")
        {
            return (StatusCodes.Status404NotFound, "There is POST /send, and nothing else.");
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return (StatusCodes.Status405MethodNotAllowed, "Only POST is allowed here.");
        }

        (byte[]? body, _) = await request.ReadBodyAsync(MaximumBytes, request.HttpContext.RequestAborted);
        if (body is null)
        {
            return (StatusCodes.Status413PayloadTooLarge, $"The text is larger than {MaximumBytes} bytes.");
        }

        if (body.Length == 0)
        {
            return (StatusCodes.Status400BadRequest, "The body is the message: there is none.");
        }

        Exchange exchange = await _user.SendAsync(Encoding.UTF8.GetString(body), request.HttpContext.RequestAborted);
        return exchange.Reply is { } reply
            ? (StatusCodes.Status200OK, reply)
            : (StatusCodes.Status502BadGateway, string.Join(Environment.NewLine, [.. exchange.Troubles, exchange.Problem]));
    }
}
