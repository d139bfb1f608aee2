using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Server;

public sealed class TokenCheckTests
{
    [Theory]
    [InlineData("Bearer secret", true)]
    [InlineData("bearer secret", true)]
    [InlineData("Bearer secret ", false)]
    [InlineData("Bearer Secret", false)]
    [InlineData("Bearer ", false)]
    [InlineData("secret", false)]
    [InlineData("Basic secret", false)]
    [InlineData(null, false)]
    public void Admits_Token_ComparesAllOfIt(string? shown, bool admitted) => Assert.Equal(admitted, new TokenCheck("secret").Admits(shown));

    [Fact]
    public void Admits_NoToken_LetsEveryoneIn() => Assert.True(new TokenCheck(null).Admits(null));
}
