/// All methods, in the order of docs/protocol.md.
package enum MethodList {
    /// The methods.
    package static var all: [any RPCMethod.Type] {
        [
            SessionHello.self, RPCDiscover.self, ServerHealth.self, EnrolRequest.self, EnrolRenew.self, PlanGet.self,
            SyncPush.self,
            SyncPull.self, SyncWatch.self, SyncDigest.self, SyncBundle.self, HistoryGet.self, AggregateGet.self,
            RankingGet.self, ExplainGet.self, BlobOffer.self, BlobPut.self, BlobGet.self, AdminTokenCreate.self,
            AdminDeviceList.self, AdminDeviceRevoke.self, AdminDeviceRetire.self, AdminNoticeList.self,
            AdminBackup.self, AdminPlanLoad.self, AdminPeriodSet.self, AdminPeriodRegister.self, AdminPeriodList.self,
            AdminRankingPublish.self,
        ]
    }
}
