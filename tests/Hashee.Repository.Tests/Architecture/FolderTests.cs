namespace Hashee.Repository.Tests.Architecture;

public class FolderTests
{
    public static TheoryData<string> Projects => new(Project.All.Select(static project => project.Name));

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_folders_of_a_project_know_each_other_in_one_direction(string name) =>
        Assert.Empty(new FolderGraph(SourceFile.AllOf($"src/{name}")).Circles());

    [Fact]
    public void A_circle_is_found_with_the_files_and_types_that_make_it()
    {
        SourceFile[] files =
        [
            SourceFile.Parse("Keys/PrivateKey.cs", "namespace A;\n\npublic sealed class PrivateKey\n{\n    Sodium _library;\n}\n"),
            SourceFile.Parse("Primitives/Sodium.cs", "internal static class Sodium\n{\n}\n"),
            SourceFile.Parse("Primitives/Hpke.cs", "internal static unsafe partial class Hpke\n{\n    void Seal(PrivateKey key) { }\n}\n"),
            SourceFile.Parse("Text/Hex.cs", "internal static class Hex\n{\n}\n"),
            SourceFile.Parse("Program.cs", "return Hpke.Run($\"{Hex.Digit()}\");\n"),
        ];

        Assert.Equal(
            ["Keys → Primitives: Keys/PrivateKey.cs names Sodium", "Primitives → Keys: Primitives/Hpke.cs names PrivateKey"],
            new FolderGraph(files).Circles());
    }

    [Fact]
    public void A_way_over_several_folders_back_to_the_first_is_a_circle()
    {
        SourceFile[] files =
        [
            SourceFile.Parse("A/One.cs", "public record struct One(Two Next);\n"),
            SourceFile.Parse("B/Two.cs", "internal delegate Three Two();\n"),
            SourceFile.Parse("C/Three.cs", "enum Three\n{\n}\n\ninterface IThree<T>\n    where T : One;\n"),
        ];

        Assert.Equal(3, new FolderGraph(files).Circles().Count);
    }

    [Fact]
    public void Comments_texts_members_and_nested_types_make_no_circle()
    {
        SourceFile[] files =
        [
            SourceFile.Parse("A/One.cs", "class One\n{\n    Two _two;\n\n    enum Phase\n    {\n    }\n}\n"),
            SourceFile.Parse("B/Two.cs", """"
                /// <summary>See <see cref="One"/>.</summary>
                class Two
                {
                    /* One */
                    string _text = "One \" One" + @"One "" One" + $"One {1}" + """One "One" """;

                    char _one = 'One';

                    void M() => x.One(new X { One = 1 }, Phase.Done);
                }
                """"),
        ];

        Assert.Empty(new FolderGraph(files).Circles());
    }
}
