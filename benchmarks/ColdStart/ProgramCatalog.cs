namespace Hashee.Benchmarks.ColdStart;

/// <summary>The programs that can be measured on this machine, and why the others cannot.</summary>
internal sealed class ProgramCatalog
{
    /// <summary>The name of the program that ratios refer to.</summary>
    public const string Floor = "bare-aot";

    private const string FewRoots = "-few-roots";

    private static readonly Definition[] Definitions =
    [
        new("webhook", "this project's webhook: own loop, libsodium, SQS over the system's OpenSSL", TaskKind.Webhook, Trust.BuiltIn) { IsOwn = true },
        new("rust-minimal", "Rust as an expert writes it: blocking sockets, rustls, ring", TaskKind.Webhook, Trust.BuiltIn),
        new("rust-tokio", "Rust as most write it: tokio, hyper, rustls", TaskKind.Webhook, Trust.System),
        new("go", "Go: AWS SDK, net/http", TaskKind.Webhook, Trust.System),
        new("http-client", ".NET AOT: HttpClient, System.Text.Json", TaskKind.Webhook, Trust.System),
        new("http-client-jit", "the same on the JIT", TaskKind.Webhook, Trust.System) { Host = "dotnet", Arguments = static _ => ["HttpClientPeer.dll"] },
        new("aws-sdk", ".NET AOT: AWSSDK.SQS and NSec on a bare loop", TaskKind.Webhook, Trust.System),
        new("runtime-support", ".NET AOT: RuntimeSupport, its serializer, AWSSDK.SQS, NSec", TaskKind.Webhook, Trust.System),
        new("node", "Node: AWS SDK, AWS's runtime client", TaskKind.Webhook, Trust.Node)
        {
            Host = "node",
            Arguments = static artifacts => [Path.Combine(artifacts, "peers", "node.runtime", "bin", "index.mjs"), "index.handler"],
        },
        new("worker", "this project's worker: opens a message, asks the agent, replies to Hashee over TLS", TaskKind.Worker, Trust.System) { IsOwn = true },
        new("model-agent", "this project's model agent with a tool on its own loop: OpenAI's API over the own transport", TaskKind.Model, Trust.System),
        new("meai-openai", ".NET AOT: Microsoft.Extensions.AI with a tool, the OpenAI package, HttpClient", TaskKind.Model, Trust.System),
        new("c", "C loop that does nothing: the machine's floor", TaskKind.Loop, Trust.None),
        new(Floor, "C# AOT loop that does nothing: the .NET floor", TaskKind.Loop, Trust.None),
    ];

    private readonly List<MeasuredProgram> _present = [];
    private readonly List<MissingProgram> _missing = [];

    private ProgramCatalog()
    {
    }

    /// <summary>All names. A program that reads the system's root certificates is there a second time, with few of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Definitions.SelectMany(static program => program.Rows.Select(static row => row.Name))];

    /// <summary>What can be measured.</summary>
    public IReadOnlyList<MeasuredProgram> Present => _present;

    /// <summary>What is left out.</summary>
    public IReadOnlyList<MissingProgram> Missing => _missing;

    /// <summary>Looks what <c>./build.sh</c> and <c>benchmarks/peers/build.sh</c> have left.</summary>
    /// <param name="artifacts">The repository's folder of that name.</param>
    public static ProgramCatalog Find(string artifacts)
    {
        ProgramCatalog catalog = new();
        foreach (Definition definition in Definitions)
        {
            catalog.Add(definition, artifacts);
        }

        return catalog;
    }

    private void Add(Definition program, string artifacts)
    {
        string folder = Path.Combine(artifacts, program.IsOwn ? "host" : "peers", program.Name);
        string bootstrap = Path.Combine(folder, "bootstrap");
        string versions = folder + ".versions";
        if (program.IsOwn)
        {
            if (File.Exists(bootstrap))
            {
                Add(program, "net10.0 Native AOT", bootstrap, [], folder);
            }
            else
            {
                Miss(program, $"{bootstrap} does not exist: run ./build.sh cold-start");
            }
        }
        else if (File.Exists(folder + ".missing"))
        {
            Miss(program, File.ReadAllText(folder + ".missing").Trim());
        }
        else if (!File.Exists(versions))
        {
            Miss(program, "it is not built: run benchmarks/peers/build.sh");
        }
        else if ((program.Host is null ? bootstrap : FindOnPath(program.Host)) is { } executable)
        {
            Add(program, File.ReadAllText(versions).Trim(), executable, program.Arguments(artifacts), folder);
        }
        else
        {
            Miss(program, $"there is no {program.Host} on the PATH");
        }
    }

    private void Add(Definition program, string versions, string executable, string[] arguments, string folder)
    {
        foreach (Definition row in program.Rows)
        {
            _present.Add(new MeasuredProgram(row.Name, row.Title, versions, row.Task, row.Trust, executable, arguments, folder));
        }
    }

    private void Miss(Definition program, string reason) => _missing.Add(new MissingProgram(program.Name, reason));

    /// <summary>The file behind a command, links followed: what the kernel executes.</summary>
    private static string? FindOnPath(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, command))
        .Where(File.Exists)
        .Select(static path => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path)
        .FirstOrDefault();

    /// <summary>A program that somebody may have built.</summary>
    private sealed record Definition(string Name, string Title, TaskKind Task, Trust Trust)
    {
        /// <summary>Whether it is this project's own, in <c>artifacts/host</c>.</summary>
        public bool IsOwn { get; init; }

        /// <summary>The command that runs it; null when it is an executable itself.</summary>
        public string? Host { get; init; }

        /// <summary>What follows the executable, given the folder of artifacts.</summary>
        public Func<string, string[]> Arguments { get; init; } = static _ => [];

        /// <summary>
        /// What is measured of it. Reading some 140 roots is most of what a first TLS connection costs .NET and Go; how much is seen beside
        /// a row with the few that a deployment can name.
        /// </summary>
        public IReadOnlyList<Definition> Rows => Trust == Trust.System
            ? [this, this with { Name = Name + FewRoots, Title = $"{Name} with few root certificates", Trust = Trust.Few }]
            : [this];
    }
}

/// <summary>A program that is left out.</summary>
/// <param name="Name">As in <c>--programs</c>.</param>
/// <param name="Reason">What this machine lacks.</param>
internal sealed record MissingProgram(string Name, string Reason);
