import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * A node of OpenSearch for tests. Its settings are the arguments before "--", its modules the
 * class names behind it.
 */
public class TestNode extends Node {
    TestNode(Settings settings, Collection<PluginInfo> modules) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> settings.get("node.name")), modules, false);
    }

    public static void main(String[] args) throws Exception {
        int end = Arrays.asList(args).indexOf("--");
        Settings.Builder settings = Settings.builder();
        for (String pair : Arrays.copyOf(args, end)) {
            String[] parts = pair.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        List<PluginInfo> modules = new ArrayList<>();
        for (String name : Arrays.copyOfRange(args, end + 1, args.length)) {
            modules.add(new PluginInfo(name, "", "", Version.CURRENT, "21", name, null, List.of(), false));
        }
        TestNode node = new TestNode(settings.build(), modules);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (java.io.IOException error) {
                error.printStackTrace();
            }
            main.interrupt();
        }));
        node.start();
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException stopped) {
            // The node is closed.
        }
    }
}
