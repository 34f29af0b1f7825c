using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Hashee.Emulator.Lambda;

namespace Hashee.Emulator.Tests.Lambda;

/// <summary>
/// AWS's own runtime for Node.js as a function. Its client for streamed responses is used as it is. Its client for all else is native code, in whose place there
/// is a module that does the same with curl: compiling it takes minutes and tools that this machine may not have.
/// </summary>
internal sealed class NodeRuntime : IDisposable
{
    private const string Package = "aws-lambda-ric@3.3.0";
    private const string PackageHash = "9p06TbKVK4a050NY/vYOxhMHvnIiUu5o1W0//q6yNLSqA/c91pn4BOj3C3sRTpplkUNsGJdU5qWyU2STo6L8hA==";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("node-runtime-");

    private NodeRuntime()
    {
    }

    public string BootstrapPath => Path.Combine(_folder.FullName, "bootstrap");

    /// <summary>Downloads the package and writes the function beside it.</summary>
    /// <param name="handler">The function's module.</param>
    public static async Task<NodeRuntime> CreateAsync(string handler)
    {
        string? node = Find("node");
        string? npm = Find("npm");
        string? curl = Find("curl");
        Assert.SkipWhen(node is null || npm is null || curl is null, "Node.js, npm or curl is not installed on this machine.");
        NodeRuntime runtime = new();
        try
        {
            string folder = runtime._folder.FullName;
            await runtime.DownloadAsync(npm);
            await File.WriteAllTextAsync(Path.Combine(folder, "package", "dist", "rapid-client.node"), string.Empty);
            await File.WriteAllTextAsync(Path.Combine(folder, "index.mjs"), handler);
            await File.WriteAllTextAsync(Path.Combine(folder, "native.cjs"), $$"""
                const { execFileSync } = require('child_process');
                const post = (id, what, body) => execFileSync('{{curl}}', ['-sS', '-H', 'Content-Type: application/json', '--data-binary', '@-',
                  `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${id}/${what}`], { input: body });
                require('module')._extensions['.node'] = module => {
                  module.exports = {
                    initializeClient: () => {},
                    done: (id, body) => post(id, 'response', body),
                    error: (id, body) => post(id, 'error', body),
                  };
                };
                """);
            await File.WriteAllTextAsync(runtime.BootstrapPath, $"""
                #!/bin/sh
                AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1=true exec '{node}' --require ./native.cjs package/bin/index.mjs index.handler

                """);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(runtime.BootstrapPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            return runtime;
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private async Task DownloadAsync(string npm)
    {
        ProcessStartInfo start = new(npm, ["pack", Package, "--ignore-scripts", "--silent"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"npm pack {Package}: {await errors}");

        byte[] archive = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder.FullName, "*.tgz")));
        Assert.Equal(PackageHash, Convert.ToBase64String(SHA512.HashData(archive)));
        await using GZipStream unpacked = new(new MemoryStream(archive), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, _folder.FullName, overwriteFiles: false);
    }
}
