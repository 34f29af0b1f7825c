using Hashee.Emulator.Sqs;
using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>Says where a <see cref="LocalWorld"/> listens and keeps it running.</summary>
internal static class Server
{
    /// <summary>Returns when it is cancelled.</summary>
    /// <param name="errors">Gets what the functions' logs say goes wrong.</param>
    public static async Task RunAsync(LocalWorld world, IAnsiConsole output, TextWriter errors, CancellationToken cancellationToken)
    {
        LocalUser user = new(world);
        using WorldFiles files = new(world, user);
        await using SendApi api = await SendApi.StartAsync(user);
        world.Troubled += trouble => errors.WriteLine($"{trouble.FunctionName}: {trouble}");

        // Not through the console's renderer, which would break what is to be copied.
        TextWriter lines = output.Profile.Out.Writer;
        Show("Function URL", Origin(world.Agent.WebhookUrl!));
        Show("Platform", Origin(world.Platform.BaseUrl));
        Show("Agent", world.Agent.Id);
        Show("Model", WorkerVariables.Describe(world.Options.WorkerEnvironment));
        Show("SQS", Origin(world.Sqs.HttpEndpoint));
        Show("", Origin(world.Sqs.HttpsEndpoint));
        Show("AWS_CA_BUNDLE", world.Sqs.CaBundlePath);
        lines.WriteLine();
        lines.WriteLine("Write to the agent as a user, and read its reply:");
        lines.WriteLine($"  curl --data-binary hello {api.Url}");
        lines.WriteLine();
        lines.WriteLine("Webhook secret, token and keys, those of the user too, for your own tools:");
        lines.WriteLine($"  cat {files.SecretsPath}");
        lines.WriteLine();
        lines.WriteLine("The AWS CLI on its queues");
        lines.WriteLine($"({SqsService.Clients}):");
        lines.WriteLine($"  export AWS_SHARED_CREDENTIALS_FILE={files.CredentialsPath}");
        lines.WriteLine($"  aws sqs list-queues --region {world.Sqs.Account.Region} --endpoint-url {Origin(world.Sqs.HttpEndpoint)}");
        lines.WriteLine();
        output.MarkupLine("[grey]Ctrl+C stops it.[/]");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Show(string name, string value)
        {
            output.MarkupInterpolated($"[grey]{name,-15}[/]");
            lines.WriteLine(value);
        }
    }

    private static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
