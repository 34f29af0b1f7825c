using Hashee.Emulator.Sqs;
using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>Says where a <see cref="LocalWorld"/> listens and keeps it running.</summary>
internal static class Server
{
    /// <summary>Returns when it is cancelled.</summary>
    public static async Task RunAsync(LocalWorld world, IAnsiConsole output, CancellationToken cancellationToken)
    {
        using CredentialsFile credentials = new(world.Sqs.Account);
        Show("Function URL", world.Agent.WebhookUrl);
        Show("Platform", world.Platform.BaseUrl);
        Show("Agent", world.Agent.Id);
        Show("SQS", world.Sqs.HttpEndpoint);
        Show("", world.Sqs.HttpsEndpoint);
        Show("AWS_CA_BUNDLE", world.Sqs.CaBundlePath);
        output.WriteLine();
        output.WriteLine("The AWS CLI on its queues");
        output.WriteLine($"({SqsService.Clients}):");
        output.WriteLine($"  export AWS_SHARED_CREDENTIALS_FILE={credentials.Path}");
        output.WriteLine($"  aws sqs list-queues --region {world.Sqs.Account.Region} --endpoint-url {Origin(world.Sqs.HttpEndpoint)}");
        output.WriteLine();
        output.MarkupLine("[grey]Ctrl+C stops it.[/]");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Show(string name, object? value) => output.MarkupLineInterpolated($"[grey]{name,-15}[/]{(value is Uri url ? Origin(url) : value)}");
    }

    private static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
