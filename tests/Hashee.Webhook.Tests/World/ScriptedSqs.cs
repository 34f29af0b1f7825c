using System.Text.Json;
using Hashee.Emulator.Http;
using Hashee.Emulator.Sqs;
using Microsoft.AspNetCore.Http;

namespace Hashee.Webhook.Tests.World;

/// <summary>An SQS that gives the answers of a test in turn, the last one to all requests that follow.</summary>
internal sealed class ScriptedSqs : IAsyncDisposable
{
    private readonly RequestDelegate[] _answers;
    private LoopbackServer? _server;
    private int _requests;

    private ScriptedSqs(RequestDelegate[] answers) => _answers = answers;

    /// <summary>For <c>AWS_ENDPOINT_URL_SQS</c>.</summary>
    public string Endpoint => _server!.Origin.GetLeftPart(UriPartial.Authority);

    /// <summary>The requests that came.</summary>
    public int Requests => _requests;

    /// <summary>Takes the message.</summary>
    public static RequestDelegate Accept { get; } = static async context =>
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body);
        string md5 = MessageDigest.OfBody(request.RootElement.GetProperty("MessageBody").GetString()!);
        await context.Response.WriteAsync($$"""{"MD5OfMessageBody":"{{md5}}","MessageId":"7"}""");
    };

    /// <summary>Ends the connection in place of an answer.</summary>
    public static RequestDelegate HangUp { get; } = static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Reads the request and says nothing until the client gives up.</summary>
    public static RequestDelegate Stall { get; } = static async context =>
    {
        TaskCompletionSource gone = new();
        using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    public static RequestDelegate Answer(int status, string body) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    public static async Task<ScriptedSqs> StartAsync(params RequestDelegate[] answers)
    {
        ScriptedSqs sqs = new(answers);
        sqs._server = await LoopbackServer.StartAsync(sqs.AnswerAsync);
        return sqs;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        int request = Interlocked.Increment(ref _requests);
        return _answers[Math.Min(request, _answers.Length) - 1](context);
    }
}
