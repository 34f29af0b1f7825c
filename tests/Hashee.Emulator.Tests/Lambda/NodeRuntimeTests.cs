using System.Net;
using System.Text;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

/// <summary>What AWS's own streaming client sends is what the emulated Lambda understands.</summary>
public sealed class NodeRuntimeTests
{
    private const string Handler = """
        export const handler = awslambda.streamifyResponse(async (event, stream) => {
          const what = event.rawPath.slice(1);
          if (what === 'fails-before') throw new Error('inner');
          const head = { statusCode: 201, headers: { 'content-type': 'text/plain' }, cookies: ['a=1'] };
          stream = awslambda.HttpResponseStream.from(stream, head);
          stream.write('one');
          await fetch(`http://${event.headers['x-go-on']}/`);
          if (what === 'fails-between') throw new TypeError('inner');
          stream.write('two');
          stream.end();
        });
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_pieces_come_one_by_one_its_errors_break_the_connection_and_one_instance_serves_all()
    {
        using NodeRuntime node = new(Handler);
        ObservedLog<InvocationRecord> invocations = new();
        ObservedLog<string> output = new();
        await using LambdaFunction function = new(new LambdaFunctionOptions
        {
            Name = "node",
            BootstrapPath = node.BootstrapPath,
            Account = AwsAccount.CreateRandom(),
            Timeout = TimeSpan.FromMinutes(2),
            InitTimeout = TimeSpan.FromMinutes(2),
            MaximumConcurrency = 1,
            Output = line => output.Add(line.Text),
        });
        function.Invoked += invocations.Add;
        await using FunctionUrl url = await FunctionUrl.StartAsync(function, InvokeMode.ResponseStream);
        using HttpClient http = new(new SocketsHttpHandler { UseCookies = false });
        using SemaphoreSlim goesOn = new(0);
        await using Http.LoopbackServer gate = await Http.LoopbackServer.StartAsync(async context => await goesOn.WaitAsync(context.RequestAborted));

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("two", await CallAsync("works"));
            Assert.Equal(502, (int)(await GetAsync("fails-before")).StatusCode);
            Assert.Null(await CallAsync("fails-between"));
        }

        IReadOnlyList<InvocationRecord> records = await invocations.WaitAsync(static _ => true, 6, Cancellation);
        Assert.Single(records.Select(static record => record.InstanceId).Distinct());
        InvocationOutcome[] round = [InvocationOutcome.Success, InvocationOutcome.FunctionError, InvocationOutcome.FunctionError];
        Assert.Equal([.. round, .. round], records.Select(static record => record.Outcome));

        Task<HttpResponseMessage> GetAsync(string path)
        {
            HttpRequestMessage request = new(HttpMethod.Get, new Uri(url.Url, path));
            request.Headers.Add("X-Go-On", gate.Origin.Authority);
            return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        }

        // What follows the first piece, for which the function waits; null when the connection broke.
        async Task<string?> CallAsync(string path)
        {
            using HttpResponseMessage response = await GetAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.Created, string.Join('\n', output.Entries));
            Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
            Assert.Equal(["a=1"], response.Headers.GetValues("Set-Cookie"));
            await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
            byte[] first = new byte[3];
            await body.ReadExactlyAsync(first, Cancellation);
            Assert.Equal("one"u8.ToArray(), first);
            goesOn.Release();
            try
            {
                using StreamReader rest = new(body, Encoding.UTF8);
                return await rest.ReadToEndAsync(Cancellation);
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException)
            {
                return null;
            }
        }
    }
}
