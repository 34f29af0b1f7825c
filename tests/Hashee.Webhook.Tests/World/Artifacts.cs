using System.Reflection;

namespace Hashee.Webhook.Tests.World;

/// <summary>What the build left in the checkout that these tests were compiled in.</summary>
internal static class Artifacts
{
    private static readonly string Root = Path.GetFullPath(typeof(Artifacts).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "RepositoryRoot").Value!);

    /// <summary>
    /// The webhook as native code for this machine, or what HASHEE_TEST_BINARIES names: a folder where a bootstrap may be a script that starts
    /// the binary with another machine's user land.
    /// </summary>
    public static string Webhook => Require(Path.Combine(
        Environment.GetEnvironmentVariable("HASHEE_TEST_BINARIES") ?? "artifacts/host", "webhook/bootstrap"));

    /// <summary>The compiler's report on the size of <see cref="Webhook"/>.</summary>
    public static string WebhookSizes => Require("artifacts/host/webhook.mstat");

    /// <summary>The same for the worker, which may hold what the webhook may not.</summary>
    public static string WorkerSizes => Require("artifacts/host/worker.mstat");

    /// <summary>The worker as native code for this machine.</summary>
    public static string Worker => Require("artifacts/host/worker/bootstrap");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Require(string relative) => File.Exists(PathOf(relative))
        ? PathOf(relative)
        : throw new FileNotFoundException($"{relative} is missing: ./build.sh test builds it.");
}
