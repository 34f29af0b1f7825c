using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Sqs;
using Hashee.Emulator.Tests.Lambda;
using Hashee.Protocol;

namespace Hashee.Emulator.Tests;

/// <summary>
/// A <see cref="LocalWorld"/> whose functions are real processes that only say where their Runtime API is: the test plays webhook and
/// worker. The webhook queues what it gets; what the worker does with a text is up to the test.
/// </summary>
internal sealed class PlayedWorld : IAsyncDisposable
{
    private const string AddressMark = "runtime api ";
    private const string LogMark = "log ";
    private const string VariableMark = "variable ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("played-world-");
    private readonly ConcurrentBag<Task> _players = [];
    private readonly ConcurrentDictionary<string, string> _logs = [];
    private readonly HttpClient _http = new();
    private readonly Func<string, IEnumerable<string>> _reply;
    private LocalWorld? _world;

    private PlayedWorld(Func<string, IEnumerable<string>> reply) => _reply = reply;

    public LocalWorld World => _world!;

    /// <summary>The environment of the functions' processes, as <c>function NAME=VALUE</c>.</summary>
    public ObservedLog<(string Function, string Variable)> Variables { get; } = new();

    /// <summary>The events that the functions got.</summary>
    public ObservedLog<(bool HasDeadline, JsonNode Body)> Events { get; } = new();

    /// <summary>The texts that the worker opened.</summary>
    public ObservedLog<string> Opened { get; } = new();

    /// <summary>Whether the worker puts what it gets into the dead-letter queue.</summary>
    public bool Refuses { get; set; }

    /// <summary>
    /// What the worker logs about a text that it leaves in the queue, given the text and the id of its queue message; null for one that it answers.
    /// </summary>
    public Func<string, string, string?> Trouble { get; set; } = static (_, _) => null;

    /// <summary>Whether the worker's invocations fail.</summary>
    public bool Crashes { get; set; }

    /// <param name="reply">From a text to the parts of the reply.</param>
    /// <param name="configure">Changes the options.</param>
    public static async Task<PlayedWorld> StartAsync(
        Func<string, IEnumerable<string>>? reply = null, Func<LocalWorldOptions, LocalWorldOptions>? configure = null)
    {
        PlayedWorld played = new(reply ?? (static text => [$"Echo: {text}"]));
        string script = $"""
            env | sed 's/^/{VariableMark}/'
            : >"$0.$$"
            echo "{LogMark}$0.$$"
            echo {AddressMark}$AWS_LAMBDA_RUNTIME_API
            exec tail -n +1 -f "$0.$$"
            """;
        LocalWorldOptions options = new()
        {
            WebhookBootstrap = played.Script("webhook", script),
            WorkerBootstrap = played.Script("worker", script),
            Output = played.OnOutput,
        };
        played._world = await LocalWorld.StartAsync(configure is null ? options : configure(options));
        return played;
    }

    /// <summary>Writes a shell script that can be a bootstrap.</summary>
    public string Script(string name, string text) => Script(_folder.FullName, name, text);

    /// <summary>Writes a shell script that can be a bootstrap.</summary>
    public static string Script(string folder, string name, string text)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "bootstrap");
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Task.WhenAll(_players);
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private void OnOutput(OutputLine line)
    {
        if (line.Text.StartsWith(VariableMark, StringComparison.Ordinal))
        {
            Variables.Add((line.FunctionName, line.Text[VariableMark.Length..]));
        }
        else if (line.Text.StartsWith(LogMark, StringComparison.Ordinal))
        {
            _logs[line.InstanceId] = line.Text[LogMark.Length..];
        }
        else if (line.Text.StartsWith(AddressMark, StringComparison.Ordinal))
        {
            string address = line.Text[AddressMark.Length..];
            string log = _logs[line.InstanceId];
            _players.Add(line.FunctionName == World.Webhook.Name ? PlayAsync(address, QueueAsync) : PlayAsync(address, batch => AnswerAsync(batch, log)));
        }
    }

    private async Task PlayAsync(string address, Func<JsonNode, Task<JsonNode?>> handler)
    {
        using RuntimeClient runtime = new(address);
        try
        {
            while (true)
            {
                using HttpResponseMessage next = await runtime.GetNextAsync(CancellationToken.None);
                if (!next.IsSuccessStatusCode)
                {
                    return;
                }

                JsonNode body = JsonNode.Parse(await next.Content.ReadAsStringAsync())!;
                Events.Add((next.Headers.Contains("Lambda-Runtime-Deadline-Ms"), body));
                string requestId = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
                _ = await handler(body) is { } response
                    ? await runtime.RespondAsync(requestId, response.ToJsonString())
                    : await runtime.FailAsync(requestId, """{"errorType":"Oops","errorMessage":"it broke"}""");
            }
        }
        catch (HttpRequestException)
        {
            // The instance has ended, and with it its Runtime API.
        }
    }

    /// <summary>The webhook: no verification, straight into the queue.</summary>
    private Task<JsonNode?> QueueAsync(JsonNode request)
    {
        string deliveryId = (string)request["headers"]!["x-hashee-delivery-id"]!;
        JsonNode body = JsonNode.Parse((string)request["body"]!)!;
        World.Jobs.Send(new OutgoingMessage(new JsonObject { ["delivery_id"] = deliveryId, ["event"] = body }.ToJsonString())
        {
            GroupId = (string)body["metadata"]!["conversation_id"]!,
            DeduplicationId = deliveryId,
        });
        return Task.FromResult<JsonNode?>(new JsonObject { ["statusCode"] = 200, ["body"] = "ok" });
    }

    /// <summary>The worker: opens every message that is not the agent's own and posts the reply.</summary>
    private async Task<JsonNode?> AnswerAsync(JsonNode batch, string log)
    {
        JsonArray failures = [];
        foreach (JsonNode? record in (batch["Records"] ?? batch["records"])!.AsArray())
        {
            string body = (string)record!["body"]!;
            JsonNode job = JsonNode.Parse(body)!;
            string conversationId = (string)job["event"]!["metadata"]!["conversation_id"]!;
            if (Refuses)
            {
                World.DeadLetters.Send(new OutgoingMessage(body) { GroupId = conversationId, DeduplicationId = (string)record["messageId"]! });
                continue;
            }

            string senderId = (string)job["event"]!["metadata"]!["sender_id"]!;
            if (senderId == World.Agent.Id)
            {
                continue;
            }

            if (Crashes)
            {
                return null;
            }

            OpenedEnvelope message = await OpenAsync(conversationId, senderId, (string)job["event"]!["wire_envelope"]!);
            string text = Assert.IsType<TextPayload>(message.Payload).Text;
            Opened.Add(text);
            string messageId = (string)record["messageId"]!;
            if (Trouble(text, messageId) is { } line)
            {
                await File.AppendAllTextAsync(log, line + "\n");
                failures.Add(new JsonObject { ["itemIdentifier"] = messageId });
                continue;
            }

            int part = 0;
            foreach (string reply in _reply(text))
            {
                await PostAsync(conversationId, ClientMessageId.For(message.MessageId, part++), reply);
            }
        }

        return new JsonObject { ["batchItemFailures"] = failures };
    }

    private async Task<OpenedEnvelope> OpenAsync(string conversationId, string senderId, string envelope)
    {
        FixedSenderKeys signer = new(World.Platform.FindUser(senderId)!.Devices[0].SigningKey.PublicKey);
        EnvelopeResult result = await new EnvelopeReader(World.Agent.Id, World.Agent.DecryptionKey)
            .OpenAsync(Encoding.ASCII.GetBytes(envelope), conversationId, senderId, signer, CancellationToken.None);
        Assert.Equal(EnvelopeOutcome.Opened, result.Outcome);
        return result.Envelope!;
    }

    private async Task PostAsync(string conversationId, string clientMessageId, string text)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(World.Platform.BaseUrl, $"/agents/{World.Agent.Id}/messages"));
        request.Headers.Authorization = new("Bearer", World.Agent.Token);
        JsonObject body = new()
        {
            ["conversation_id"] = conversationId,
            ["client_message_id"] = clientMessageId,
            ["payload"] = new JsonObject { ["type"] = "text", ["text"] = text },
        };
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
