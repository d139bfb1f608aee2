using CsCheck;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class PartitionFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("straggler-partition-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("saved.json")]
    [InlineData("saved.csv")]
    public void Write_AnyPartition_IsReadBack(string name) => Gen.Select(Gen.Int[1, 20], Gen.Int[0, 60], Gen.Int[0, 30], Gen.ULong).Sample(
        (clientCount, more, testCount, seed) =>
        {
            LabelledSamples samples = new(new int[(clientCount * 10) + more], new int[testCount], 1);
            IReadOnlyList<ClientShard> dealt = ClientShards.Deal(new DirichletPartitioner(new()), samples, clientCount, new RandomStreams(seed));
            string path = PathOf(name);
            PartitionFile.Write(path, "made \"up\"", samples.TrainLabels.Length, testCount, dealt);
            IReadOnlyList<ClientShard> read = ClientShards.Deal(new FilePartitioner(new() { Path = path }), samples, clientCount, new RandomStreams(1));
            Assert.Equal(dealt.Select(shard => shard.Train), read.Select(shard => shard.Train));
            Assert.Equal(dealt.Select(shard => shard.Test), read.Select(shard => shard.Test));
        },
        iter: 30,
        threads: 1);

    [Theory]
    [InlineData("other.json", """{"1": [3, 0], "0": [2]}""")]
    [InlineData("other.json", "[[2], [3, 0]]")]
    [InlineData("other.csv", "client,sample\n1,3\n0,2\n1,0\n")]
    [InlineData("other.csv", "sample,weight,client\r\n3,1,1\r\n2,1,0\r\n0,1,1\r\n")]
    public void Read_OtherToolsFormats_GivesTrainingSamplesAndLeavesTheTestSetOpen(string name, string content)
    {
        Shares shares = Read(name, content);
        Assert.Equal([[2], [0, 3]], shares.Train);
        Assert.Null(shares.Test);
    }

    [Fact]
    public void Read_CsvWithSplit_GivesTestSamples()
    {
        Shares shares = Read("split.csv", "client,sample,split\n0,1,train\n0,1,test\n1,0,test\n");
        Assert.Equal([[1], []], shares.Train);
        Assert.Equal([[1], [0]], shares.Test!);
    }

    [Theory]
    [InlineData("a.json", "[[0], [5]]", "client 1 has the training sample 5. Expected 0 to 4")]
    [InlineData("a.json", "[[0], [-1]]", "client 1 has the training sample -1")]
    [InlineData("a.json", "[[0, 0], []]", "the training sample 0 is given twice to client 0")]
    [InlineData("a.json", "[[4], [4]]", "the training sample 4 is given both to client 0 and to client 1")]
    [InlineData("a.json", "[[0]]", "it holds 1 clients, not n_clients: 2. n_clients=1 uses it as it is")]
    [InlineData("a.json", """{"0": [0], "x": [1]}""", "client \"x\" is unknown")]
    [InlineData("a.json", """{"0": [0], "2": [1]}""", "client 2 is unknown. Expected 0 to 1")]
    [InlineData("a.json", "[[0], [1.5]]", "client 1: 1.5 is not a sample number")]
    [InlineData("a.json", "[[0], 1]", "client 1: expected a list")]
    [InlineData("a.json", """{"clients": [{"train": [0]}, {"test": [0]}]}""", "client 1 has no \"train\"")]
    [InlineData("a.json", """{"clients": [{"train": [0], "test": [2]}, [1]]}""", "client 0 has the test sample 2. Expected 0 to 1")]
    [InlineData("a.json", """{"train_samples": 60000, "test_samples": 2, "clients": []}""", "made for a data set of 60000 training and 2 test samples; this one has 5 and 2")]
    [InlineData("a.json", "[[0],\n[1]", "it is not JSON (line 2)")]
    [InlineData("a.json", "7", "neither a JSON object nor a list")]
    [InlineData("a.csv", "client,index\n0,0\n", "must name the columns \"client\" and \"sample\"")]
    [InlineData("a.csv", "client,sample\n0,zero\n", "line 2: \"zero\" is not a number")]
    [InlineData("a.csv", "client,sample\n0,1\n0\n", "line 3: 1 fields; the header has 2")]
    [InlineData("a.csv", "client,sample,split\n0,1,valid\n", "split \"valid\" is unknown. Allowed: train, test")]
    [InlineData("a.csv", "client,sample\n2,1\n", "client 2 is unknown. Expected 0 to 1")]
    public void Read_WrongFile_SaysWhatAndWhatIsAllowed(string name, string content, string expected)
    {
        string message = Assert.Throws<PartitionException>(() => Read(name, content)).Message;
        Assert.StartsWith($"The partition file \"{PathOf(name)}\" cannot be used: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo() =>
        Assert.Contains("cannot be read", Assert.Throws<PartitionException>(() => PartitionFile.Read(PathOf("nowhere.json"), 1, 1, 1)).Message);

    [Fact]
    public void Deal_NoPath_NamesTheOption() => Assert.Equal(
        "partition.path", Assert.Throws<InvalidOptionException>(() => new FilePartitioner(new()).Deal(new([], [], 1), 1, default)).Path);

    [Fact]
    public void Read_ArbitraryText_IsReadOrRefused() => Gen.String.Sample(
        content =>
        {
            try
            {
                Read("any.json", content);
            }
            catch (PartitionException)
            {
                // What the user is told.
            }
        },
        iter: 200,
        threads: 1);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Shares Read(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PartitionFile.Read(PathOf(name), 2, 5, 2);
    }
}
