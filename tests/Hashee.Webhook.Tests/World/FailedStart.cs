using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Hashee.Emulator.Http;
using Microsoft.AspNetCore.Http;

namespace Hashee.Webhook.Tests.World;

/// <summary>How the binary ended that was started with a configuration it cannot use.</summary>
/// <param name="ExitCode">Of the process.</param>
/// <param name="ErrorType">The type that it posted to <c>/runtime/init/error</c>, in the header and in the body.</param>
/// <param name="ErrorMessage">The message that it posted.</param>
/// <param name="Output">All that it wrote.</param>
internal sealed record FailedStart(int ExitCode, string ErrorType, string ErrorMessage, string Output)
{
    /// <summary>
    /// Starts the binary with these environment variables and no other, and waits for its end. It must make one request: the report of
    /// its error.
    /// </summary>
    public static async Task<FailedStart> RunAsync(IEnumerable<KeyValuePair<string, string>> environment)
    {
        ConcurrentQueue<(string Target, string ErrorType, byte[] Body)> reports = new();
        await using LoopbackServer runtimeApi = await LoopbackServer.StartAsync(async context =>
        {
            (byte[]? body, _) = await context.Request.ReadBodyAsync(100_000, context.RequestAborted);
            string errorType = context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
            reports.Enqueue(($"{context.Request.Method} {context.Request.Path}", errorType, body!));
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        });
        ProcessStartInfo start = new(Artifacts.Webhook) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = runtimeApi.Origin.Authority;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            string[] output = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);

            (string target, string errorType, byte[] body) = Assert.Single(reports);
            Assert.Equal("POST /2018-06-01/runtime/init/error", target);
            using JsonDocument report = JsonDocument.Parse(body);
            Assert.Equal(errorType, report.RootElement.GetProperty("errorType").GetString());
            string message = report.RootElement.GetProperty("errorMessage").GetString()!;
            return new FailedStart(process.ExitCode, errorType, message, string.Concat(output));
        }
        finally
        {
            process.Kill();
        }
    }
}
