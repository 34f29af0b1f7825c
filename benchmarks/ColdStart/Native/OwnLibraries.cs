using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>
/// Copies of shared objects that a started program alone maps. The kernel evicts no page that any process has mapped, and everybody maps
/// libc, so a program finds copies under the same paths: bind mounts in a mount namespace of its own. A namespace belongs to a thread;
/// one thread makes it, starts the program in it and ends.
/// </summary>
/// <param name="folder">Where the copies go.</param>
internal sealed unsafe class OwnLibraries(string folder) : IDisposable
{
    private readonly Dictionary<string, string> _copies = [];

    /// <summary>Finds out whether this user may make mount namespaces.</summary>
    /// <returns>Null when he may, otherwise why not.</returns>
    public static string? WhyUnavailable()
    {
        try
        {
            OnThread(static () =>
            {
                Enter([]);
                return true;
            });
            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The copies of files, made when they are asked for the first time.</summary>
    public IReadOnlyList<string> CopiesOf(IEnumerable<string> paths) => [.. paths.Select(Copy)];

    /// <summary>Starts something that finds the copies in place of the files.</summary>
    /// <typeparam name="T">What the start gives.</typeparam>
    /// <param name="paths">The files.</param>
    /// <param name="start">Is called on a thread of its own.</param>
    /// <exception cref="IOException">This user may not make mount namespaces.</exception>
    public T Start<T>(IEnumerable<string> paths, Func<T> start)
    {
        (string Copy, string Path)[] mounts = [.. paths.Select(path => (Copy(path), path))];
        return OnThread(() =>
        {
            Enter(mounts);
            return start();
        });
    }

    /// <summary>Deletes the copies.</summary>
    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static T OnThread<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Gives the calling thread a mount namespace and mounts in it.</summary>
    private static void Enter(IReadOnlyList<(string Copy, string Path)> mounts)
    {
        Check(Libc.unshare(Libc.NewMountNamespace), "a mount namespace cannot be made");

        // Nothing that is mounted here may show up outside.
        Check(Libc.mount("none", "/", null, Libc.PrivateRecursively, null), "mounts cannot be kept apart");
        foreach ((string copy, string path) in mounts)
        {
            Check(Libc.mount(copy, path, null, Libc.Bind, null), $"nothing can be mounted on {path}");
        }
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private string Copy(string path)
    {
        if (!_copies.TryGetValue(path, out string? copy))
        {
            copy = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{_copies.Count}-{Path.GetFileName(path)}");
            File.Copy(path, copy);
            _copies.Add(path, copy);
        }

        return copy;
    }
}
