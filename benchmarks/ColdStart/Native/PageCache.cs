using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>The kernel's cache of file contents.</summary>
internal static unsafe class PageCache
{
    /// <summary>Drops files from the cache, so that the next start reads them from the disk, as a new host does.</summary>
    public static void Evict(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            int descriptor = (int)file.DangerousGetHandle();
            _ = Libc.Flush(descriptor);
            _ = Libc.posix_fadvise(descriptor, 0, 0, Libc.AdviseNotNeeded);
        }
    }

    /// <summary>Bytes of a file that are in the cache, in whole pages.</summary>
    public static long Resident(string path)
    {
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        try
        {
            byte[] pages = new byte[(view.Capacity + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
            fixed (byte* first = pages)
            {
                if (Libc.mincore(address, (nint)view.Capacity, first) != 0)
                {
                    throw new IOException($"cannot ask which pages of {path} are in memory");
                }
            }

            return pages.LongCount(static page => (page & 1) != 0) * Environment.SystemPageSize;
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
