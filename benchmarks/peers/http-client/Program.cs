using HttpClientPeer;

// The webhook as a .NET function without AWS's packages: HttpClient for the Runtime API and the queue, System.Text.Json with
// source generation, System.Security.Cryptography. Compiled to native code and, as a second program, run on the JIT.

using HttpClient sqs = new() { BaseAddress = new Uri(Setting("AWS_ENDPOINT_URL_SQS")), Timeout = TimeSpan.FromSeconds(3) };
using HttpClient runtimeApi = new()
{
    BaseAddress = new Uri($"http://{Setting("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/"),
    Timeout = Timeout.InfiniteTimeSpan,
};
SignatureV4 signature = new(
    Setting("AWS_ACCESS_KEY_ID"), Setting("AWS_SECRET_ACCESS_KEY"), Setting("AWS_SESSION_TOKEN"), Setting("AWS_REGION"), "sqs");
SqsQueue queue = new(sqs, new Uri(Setting("JOBS_QUEUE_URL")), signature);
Webhook webhook = new(Setting("HASHEE_WEBHOOK_SECRET"), queue, TimeProvider.System);
RuntimeClient runtime = new(runtimeApi);

while (true)
{
    Invocation invocation = await runtime.NextAsync();
    try
    {
        await runtime.RespondAsync(invocation, await webhook.HandleAsync(invocation.Request));
    }
    catch (HttpRequestException exception)
    {
        await runtime.FailAsync(invocation, exception);
    }
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"the environment variable {name} is missing");
