using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Native;

namespace Hashee.Agents.Sessions;

/// <summary>
/// Records of sessions as files in a folder, each replaced whole. A file beside each is locked while its record is changed, so that several processes
/// may share the folder of one machine.
/// </summary>
internal sealed class FolderRecords(string folder) : ISessionRecords
{
    private const int LongestName = 200;

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(5);

    public void Connect(TimeSpan limit)
    {
    }

    public async ValueTask<(SessionRecord? Record, long BusyUntil)> TakeAsync(string key, Lease lease, TimeLimit limit)
    {
        string path = PathOf(key);
        using FileStream held = await LockAsync(path, limit);
        FolderRecord? found = await ReadAsync(path, key, limit);
        if (found is not null && found.LeaseUntil > lease.Now && found.LeaseOwner != lease.Owner)
        {
            return (null, found.LeaseUntil);
        }

        SessionRecord record = found?.Record ?? new SessionRecord { Key = key, Fence = 0, Ttl = lease.Ttl };
        record = record with { Fence = record.Fence + 1 };
        await WriteAsync(path, new FolderRecord(record, lease.Owner, lease.Until, found?.Others), limit);
        return (record, 0);
    }

    public async ValueTask<bool> WriteAsync(SessionRecord record, TimeLimit limit)
    {
        string path = PathOf(record.Key);
        using FileStream held = await LockAsync(path, limit);
        if (await ReadAsync(path, record.Key, limit) is not { } found || found.Record.Fence != record.Fence)
        {
            return false;
        }

        await WriteAsync(path, new FolderRecord(record with { Version = SessionRecord.Newest }, "", 0, found.Others), limit);
        return true;
    }

    public async ValueTask ReleaseAsync(string key, long fence, TimeLimit limit)
    {
        string path = PathOf(key);
        using FileStream held = await LockAsync(path, limit);
        if (await ReadAsync(path, key, limit) is { } found && found.Record.Fence == fence)
        {
            await WriteAsync(path, found with { LeaseOwner = "", LeaseUntil = 0 }, limit);
        }
    }

    internal static SessionException Away(string what, Exception e) => SessionException.Away(what, e.GetType().Name);

    /// <summary>Puts a file in place of another: whoever reads it sees one or the other, whole.</summary>
    internal static async Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string draft = $"{path}.{Guid.NewGuid():N}.draft";
        try
        {
            using (FileStream file = new(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>A name that no key can leave the folder with, and no two keys share.</summary>
    private string PathOf(string key)
    {
        StringBuilder name = new();
        foreach (byte value in Encoding.UTF8.GetBytes(key))
        {
            char character = (char)value;
            _ = char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? name.Append(character) : name.Append('%').Append(value.ToString("X2"));
        }

        if (name.Length > LongestName)
        {
            byte[] digest = new byte[LibCrypto.Sha256Length];
            LibCrypto.Sha256(Encoding.UTF8.GetBytes(key), digest);
            name.Length = LongestName - (2 * digest.Length);
            name.Append('~').Append(Convert.ToHexStringLower(digest));
        }

        return Path.Combine(folder, $"{name}.json");
    }

    private async Task<FileStream> LockAsync(string path, TimeLimit limit)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Away("the sessions' folder cannot be made", e);
        }

        while (true)
        {
            try
            {
                return new FileStream(Path.ChangeExtension(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else has it, or it cannot be made at all: time tells.
                if (limit.HasPassed || e is not IOException || !File.Exists(Path.ChangeExtension(path, ".lock")))
                {
                    throw Away("the session cannot be locked", e);
                }
            }

            await Task.Delay(LockPause, limit.Token);
        }
    }

    private static async Task<FolderRecord?> ReadAsync(string path, string key, TimeLimit limit)
    {
        try
        {
            string text = await File.ReadAllTextAsync(path, limit.Token);
            return RecordJson.Read(text, json => FolderRecord.Read(json, key));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Away("the session cannot be read", e);
        }
    }

    private static async Task WriteAsync(string path, FolderRecord record, TimeLimit limit)
    {
        try
        {
            await ReplaceAsync(path, record.ToJson(), limit.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Away("the session cannot be written", e);
        }
    }

    private sealed record FolderRecord(SessionRecord Record, string LeaseOwner, long LeaseUntil, StoredMembers? Others)
    {
        public static FolderRecord Read(JsonElement json, string key)
        {
            if (json.GetProperty("session_key").GetString() != key)
            {
                throw SessionException.Unreadable("the session of another key");
            }

            return new FolderRecord(
                new SessionRecord
                {
                    Key = key,
                    Fence = json.GetProperty("fence").GetInt64(),
                    Version = json.GetProperty("version").GetInt32(),
                    SessionId = json.GetProperty("session_id").GetString() ?? "",
                    Before = json.GetProperty("turns_before").GetInt64(),
                    Turns = json.GetProperty("turns").GetInt64(),
                    LastTurn = json.TryGetProperty("last_turn", out JsonElement turn) ? turn.GetRawText() : null,
                    State = json.TryGetProperty("state", out JsonElement state) ? state.GetRawText() : null,
                    Causes = RecordJson.ReadCauses(json.GetProperty("causes")),
                    Files = RecordJson.ReadFiles(json.GetProperty("files")),
                    UpdatedAt = json.GetProperty("updated_at").GetInt64(),
                    Ttl = json.GetProperty("ttl").GetInt64(),
                },
                json.GetProperty("lease_owner").GetString() ?? "",
                json.GetProperty("lease_until").GetInt64(),
                StoredMembers.Of(
                    json,
                    "session_key", "version", "session_id", "turns_before", "turns", "last_turn", "state", "causes", "files", "fence",
                    "lease_owner", "lease_until", "updated_at", "ttl"));
        }

        public ReadOnlyMemory<byte> ToJson()
        {
            ArrayBufferWriter<byte> bytes = new(4096);
            using Utf8JsonWriter json = new(bytes);
            json.WriteStartObject();
            json.WriteString("session_key", Record.Key);
            json.WriteNumber("version", Record.Version);
            json.WriteString("session_id", Record.SessionId);
            json.WriteNumber("turns_before", Record.Before);
            json.WriteNumber("turns", Record.Turns);
            WriteJson(json, "last_turn", Record.LastTurn);
            WriteJson(json, "state", Record.State);
            json.WritePropertyName("causes");
            json.WriteRawValue(RecordJson.Write(Record.Causes));
            json.WritePropertyName("files");
            RecordJson.Write(json, Record.Files);
            json.WriteNumber("fence", Record.Fence);
            json.WriteString("lease_owner", LeaseOwner);
            json.WriteNumber("lease_until", LeaseUntil);
            json.WriteNumber("updated_at", Record.UpdatedAt);
            json.WriteNumber("ttl", Record.Ttl);
            Others?.Write(json);
            json.WriteEndObject();
            json.Flush();
            return bytes.WrittenMemory;
        }

        private static void WriteJson(Utf8JsonWriter json, string name, string? value)
        {
            if (value is not null)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value, skipInputValidation: true);
            }
        }
    }
}
